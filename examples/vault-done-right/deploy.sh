#!/usr/bin/env bash
# Sends the settings and the project to a Deployment: deploy.sh DEPLOYMENT_ID
set -euo pipefail

astro deployment variable create --deployment-id "$1" --load --env .env --secret
astro deploy "$1"
