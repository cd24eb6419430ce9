<#
 .SYNOPSIS Sets AIRFLOW_CONN_ variables; run it before astro dev start.
#>
param([string]$Password)
$env:AIRFLOW_CONN_STATIONS = "postgres://reader:$Password@db.weather.test:5432/stations"
$env:AIRFLOW_CONN_RADAR = 'http://radar:it''s@radar.weather.test/https'
$env:AIRFLOW__SECRETS__BACKEND_KWARGS = "{`"connections_prefix`": `"airflow/connections`", `"variables_prefix`": null}"
[Environment]::SetEnvironmentVariable('AIRFLOW_CONN_LAKE', 'wasb://lake', 'User')
$env:AIRFLOW_CONN_MODEL = @'
{"conn_type": "http", "host": "model.weather.test", "extra": {"timeout": 5}}
'@
$env:AIRFLOW_CONN_FROM_VAULT = (az keyvault secret show --name x --query value)
Write-Host "AIRFLOW_CONN_RADAR=http://user:pass@host is set"
if ($env:AIRFLOW_CONN_RADAR -eq 'http://x') { exit 1 }
az keyvault secret set --vault-name weather --name airflow-connections-tides `
  --value 'http://tides.weather.test'
