#!/usr/bin/env bash
set -euo pipefail
DEPLOYMENT_ID="${1:?the id of the Deployment}"

astro deployment variable create --deployment-id "$DEPLOYMENT_ID" \
    AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend
astro deployment variable create --deployment-id "$DEPLOYMENT_ID" \
    AIRFLOW__SECRETS__BACKEND_KWARGS='{"connections_path": "connections", "variables_path": "variables", "mount_point": "airflow", "url": "http://host.docker.internal:8200", "auth_type": "approle", "role_id": "astro_role", "secret_id": "<your-approle-secret>"}' --secret
astro deployment variable create --deployment-id "$DEPLOYMENT_ID" \
    AIRFLOW_CONN_MAIL='smtp://reports:n0t-r3al@mail.example.com:587'

astro deploy --deployment-id "$DEPLOYMENT_ID"
