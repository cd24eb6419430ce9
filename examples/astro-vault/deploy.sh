#!/usr/bin/env bash
set -euo pipefail
DEPLOYMENT_ID="${1:?the id of the Deployment}"

astro deployment variable create --deployment-id "$DEPLOYMENT_ID" \
    AIRFLOW__SECRETS__BACKEND=airflow.providers.hashicorp.secrets.vault.VaultBackend
astro deployment variable create --deployment-id "$DEPLOYMENT_ID" \
    AIRFLOW__SECRETS__BACKEND_KWARGS='{"connections_path": "connections", "variables_path": "variables", "mount_point": "airflow", "url": "<your-hashicorpvault-url>", "auth_type": "approle", "role_id": "astro_role", "secret_id": "<your-approle-secret>"}' --secret

astro deploy --deployment-id "$DEPLOYMENT_ID"
