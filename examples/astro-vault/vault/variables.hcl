path "airflow/variables/*" {
  capabilities = ["read"]
}
