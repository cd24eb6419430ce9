from airflow.sdk import BaseHook

hook = BaseHook.get_connection("Sales_DB")
