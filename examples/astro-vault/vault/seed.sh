#!/usr/bin/env bash
set -euo pipefail

vault secrets enable -path=airflow -version=2 kv

vault kv put -mount=airflow variables/region value=eu-west-1
vault kv put -mount=airflow variables/batch_size vals=500
vault kv put -mount=airflow connections/warehouse conn_uri=postgres://loader:n0t-r3al@warehouse.example.com:5432/sales?sslmode=require&connect_timeout=10
vault kv put -mount=airflow connections/orders_db uri=mysql://orders:n0t-r3al@orders.example.com:3306/orders
vault kv put -mount=airflow connections/crm conn_type=postgres host=crm.example.com user=etl password=n0t-r3al
vault kv put -mount=airflow connections/lake conn_uri='google-cloud-platform://?project=lakehouse' login=etl
vault kv put secret/connections/mail conn_uri='smtp://reports:n0t-r3al@mail.example.com:587'
