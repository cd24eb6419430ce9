# Seeds Vault
docker run --rm `
  -e "AIRFLOW_CONN_GRID=mssql://sa:Passw0rd!@grid.weather.test/grid" `
  -e AIRFLOW_VAR_REGION=north weather/airflow
vault kv put airflow/connections/ocean conn_uri='postgres://o:p@ocean.weather.test/o'
astro deployment variable create --key AIRFLOW_CONN_ICE --value "http://ice.weather.test" --secret
