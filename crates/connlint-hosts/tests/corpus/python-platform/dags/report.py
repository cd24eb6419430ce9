# A template of a Dag, and Python 2 at that: no Python 3 parser takes all of it.
import os
print "starting"
{% if cookiecutter.use_slack %}
os.environ["AIRFLOW_CONN_SLACK"] = "slack://:{{ cookiecutter.slack_token }}@"
{% endif %}
os.environ['AIRFLOW_CONN_{{ cookiecutter.name | upper }}'] = "mysql://root@localhost/db"
os.environ.setdefault("AIRFLOW_CONN_MART", "mysql://reader:pw@mart/db")
