#!/usr/bin/env bash
set -euo pipefail

vault policy write astro_variables vault/variables.hcl
vault write auth/approle/role/astro_ci \
    secret_id_numuses=1 \
    token_num_uses=10 \
    token_ttl=24h \
    token_max_ttl=12h \
    token_policies=astro-variables
