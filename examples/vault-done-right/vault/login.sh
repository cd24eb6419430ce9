#!/usr/bin/env bash
# Prints the two halves of the login.
set -euo pipefail

vault read -field=role_id auth/approle/role/airflow/role-id
echo
vault write -force -field=secret_id auth/approle/role/airflow/secret-id
echo
