#!/usr/bin/env bash
# Once for each Vault: a place for the secrets, and a role that may read them.
set -euo pipefail

vault secrets enable -path=airflow -version=2 kv

vault policy write airflow_read vault/policy.hcl

vault auth enable approle
vault write auth/approle/role/airflow \
    token_policies=airflow_read \
    token_ttl=1h \
    token_max_ttl=24h \
    token_num_uses=0 \
    secret_id_ttl=2160h \
    secret_id_num_uses=0
