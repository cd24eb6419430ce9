# The laptop of the ward.
$env:AIRFLOW_VAR_WARD = "A: 3"
$env:AIRFLOW_CONN_FHIR = 'https://fhir-client:changeme@fhir.hospital.internal/R4'
[Environment]::SetEnvironmentVariable('AIRFLOW_VAR_SHIFT', 'night', 'User')
