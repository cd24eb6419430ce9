def run(String image) {
  env.AIRFLOW_CONN_TIDES = 'http://tides.weather.test'
  env.AIRFLOW_CONN_MODEL = """{"conn_type": "http", "host": "model.weather.test"}"""
  powershell '$env:AIRFLOW_VAR_REGION = "south"'
  sh(returnStdout: true, script: '''
    export AIRFLOW_CONN_LAKE="aws://?region_name=eu-north-1"
    airflow dags trigger nightly
  ''')
}
