@echo off
rem Settings for a developer's machine.
setlocal
set AIRFLOW_HOME=%USERPROFILE%\airflow
set AIRFLOW__CORE__LOAD_EXAMPLES=False
set "AIRFLOW_CONN_WAREHOUSE=postgres://etl:not%%2Freal@dw.example.com:5432/dw?sslmode=require&connect_timeout=5"
set AIRFLOW_CONN_ORDERS=mysql://%DB_USER%:%DB_PASSWORD%@orders.example.com/erp
set "AIRFLOW_CONN_API={"conn_type": "http", "host": "https://api.example.com"}"
if "%AIRFLOW_CONN_LAKE%"=="" echo AIRFLOW_CONN_LAKE is not set
airflow standalone
