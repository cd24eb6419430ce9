path "airflow/connections/*" {
  capabilities = ["read"]
}

path "airflow/variables/*" {
  capabilities = ["read"]
}
