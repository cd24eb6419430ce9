"""Sets up a local Airflow before its first start."""
import json
import os
import subprocess

from airflow.models import Connection, Variable
from airflow.utils.session import create_session

DB_HOST = os.environ.get("DB_HOST", "warehouse.internal")

AIRFLOW_CONN_ID = "warehouse"  # the id, not the connection
AIRFLOW__SECRETS__BACKEND = "airflow.providers.hashicorp.secrets.vault.VaultBackend"
AIRFLOW__SECRETS__BACKEND_KWARGS = json.dumps(
    {
        "connections_path": "connections",
        "mount_point": "airflow",
        "url": f"http://{DB_HOST}:8200",
        "auth_type": 'kubernetes',
        "kubernetes_role": "airflow",
        "verify": True,
    }
)

ENVIRONMENT = {
    **os.environ,
    "AIRFLOW_CONN_WAREHOUSE": (
        "postgresql://etl:p%40ss"
        f"@{DB_HOST}:5432"
        "/dw?sslmode=require"
    ),
    'AIRFLOW_CONN_API': r'http://:token\d@api.example.com/https',
    "AIRFLOW_VAR_GREETING": "Gr\u00fc\xdfe, \"Welt\"\n",
    "AIRFLOW_CONN_FROM_VAULT": os.environ["WAREHOUSE_URI"],
}

CONTAINER = {
    "environment": [
        {"name": "AIRFLOW_CONN_QUEUE", "value": "amqp://guest:guest@queue:5672/"},
        {"name": "LOG_LEVEL", "value": "INFO"},
    ]
}


def main():
    with create_session() as session:
        session.add(
            Connection(
                conn_id="crm",
                conn_type="http",
                host="https://crm.example.com",
                password='it\'s "quoted"',
                port=443,
                extra=json.dumps({"timeout": 30}),
            )
        )
        session.add(Connection(conn_id="lake", uri="aws://?region_name=eu-west-1"))
    Variable.set("batch_size", "50")
    subprocess.run(["airflow", "standalone"], env=ENVIRONMENT, check=True)
    if os.environ.get("AIRFLOW_CONN_DEBUG", "http://nowhere"):
        print("AIRFLOW_CONN_DEBUG=http://h is for tests")
