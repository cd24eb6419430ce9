from airflow.sdk import BaseHook

hook = BaseHook.get_connection("sales_db")
