# What a secrets backend does is read. `data/` is how version 2 of the KV engine is asked.
path "airflow/data/connections/*" {
  capabilities = ["read"]
}

path "airflow/data/variables/*" {
  capabilities = ["read"]
}
