@ECHO OFF
:: Sets the machine up once; the service reads the variables of the machine.
SETX AIRFLOW_CONN_REPORTS "mssql://reader:not-real@sql.example.com:1433/reports" /M
SETX /M AIRFLOW__SECRETS__BACKEND airflow.providers.hashicorp.secrets.vault.VaultBackend
SETX AIRFLOW__SECRETS__BACKEND_KWARGS "{\"url\": \"https://vault.example.com:8200\", \"mount_point\": \"airflow\", \"auth_type\": \"approle\", \"role_id\": \"etl\", \"secret_id\": \"not-real\"}" /M
IF EXIST C:\vault (
  vault kv put -mount=airflow connections/crm ^
    conn_uri="postgres://crm:not-real@crm.example.com:5432/crm" >NUL
)
docker run --rm -e AIRFLOW_CONN_LAKE=aws://?region_name=eu-west-1^&endpoint_url=http%%3A%%2F%%2Fminio:9000 apache/airflow:2.9.3 dags list
