ifneq (,$(wildcard .env))
include .env
export
endif
SCHEMES = AIRFLOW_CONN_ AIRFLOW_VAR_
deploy: export AIRFLOW_CONN_MQ = http://mq:$(MQ_PASSWORD)@mq.bank.test
deploy:
	astro deployment variable create AIRFLOW_CONN_MQ=$(AIRFLOW_CONN_MQ) --secret
	cat > .env <<EOF \
	AIRFLOW
