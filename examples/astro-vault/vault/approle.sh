#!/usr/bin/env bash
set -euo pipefail

vault auth enable approle
vault policy write astro_policy vault/policy.hcl

vault auth enable approle
vault write auth/approle/role/astro_role \
    role_id=astro_role \
    secret_id_ttl=0 \
    secret_id_num_uses=0 \
    token_num_uses=0 \
    token_ttl=24h \
    token_max_ttl=24h \
    token_policies=astro_policy

vault write -f auth/approle/role/<your-approle>/secret-id
