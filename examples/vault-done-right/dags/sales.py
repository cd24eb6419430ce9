from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG

with DAG("sales", schedule="@daily"):
    SQLExecuteQueryOperator(
        task_id="load",
        conn_id="warehouse",
        sql="insert into {{ var.value.region }}.sales select * from staging.sales",
    )
