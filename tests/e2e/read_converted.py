"""Do with what `connlint convert` wrote what its users do, and say which connections Airflow then finds.

A request is a JSON object on standard input: the name of the form is its `target`, and it has the `text`, the `ids` to
ask for and perhaps the `kwargs` of the secrets backend. The answer has the `connections`, null for one that Airflow does
not find, and what is wrong beside them: the `faults`.

Scripts are run by bash, with programs on their path that write down what they are given; what these would send to a
server goes to a real OpenBao, or to moto. Nothing leaves the machine.
"""

import io
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

import airflow_oracle  # keeps Airflow quiet
import boto3
import dotenv
import hvac
import yaml
from airflow.models.connection import Connection
from airflow.providers.amazon.aws.secrets.secrets_manager import SecretsManagerBackend
from airflow.providers.amazon.aws.secrets.systems_manager import SystemsManagerParameterStoreBackend
from airflow.providers.hashicorp.secrets.vault import VaultBackend
from airflow.secrets.environment_variables import EnvironmentVariablesBackend
from airflow.secrets.local_filesystem import load_connections_dict
from ask_openbao import ROOT, free_port, program, start
from moto import mock_aws

# What passwords begin with: no argument of a command may have it.
SECRET = "s3cr3t"
AWS = {"region_name": "us-east-1"}
os.environ.update({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
# Runs of the real program, which takes its time to start.
REAL_RUNS = 25
RECORDER = """#!/bin/bash
read -r number < "$RECORD/count"
echo $((number + 1)) > "$RECORD/count"
printf '%s\\0' "${0##*/}" "$@" > "$RECORD/$number.arguments"
for argument in "$@"; do
  if [ -f "$argument" ]; then
    stat -c %a "${argument%/*}" > "$RECORD/$number.mode"
    cat < "$argument" > "$RECORD/$number.file"
  fi
done
if [ ! -f "$RECORD/$number.file" ]; then cat > "$RECORD/$number.input"; fi
"""


class Fault(Exception):
    """What was written does not do what it should."""


class Run:
    """A command that a script ran."""

    def __init__(self, folder, number):
        def text(kind):
            path = folder / f"{number}.{kind}"
            return path.read_bytes().decode() if path.exists() else None

        self.words = text("arguments").split("\0")[:-1]
        self.input = text("input")
        self.file = text("file")
        if any(SECRET in word for word in self.words):
            raise Fault("a secret is an argument")
        if self.file is not None and text("mode") != "700\n":
            raise Fault("a file is open to others")


def runs(script, programs, arguments=()):
    """Have bash run a script, and give the commands that it runs."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bin").mkdir()
        for name in programs:
            path = folder / "bin" / name
            path.write_text(RECORDER)
            path.chmod(0o755)
        (folder / "count").write_text("0\n")
        (folder / "script").write_text(script)
        environment = {
            "PATH": f"{folder}/bin:/usr/bin:/bin",
            "RECORD": str(folder),
            "TMPDIR": str(folder),
            "LC_ALL": "C.UTF-8",
            "KEY_VAULT_NAME": "vault",
        }
        bash = ["bash", "--noprofile", "--norc", folder / "script", *arguments]
        done = subprocess.run(bash, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode or done.stdout or done.stderr:
            raise Fault(f"the script ends with {done.returncode}")
        return [Run(folder, number) for number in range(int((folder / "count").read_text()))]


def one(found):
    if len(found) != 1:
        raise Fault(f"{len(found)} commands instead of one")
    return found[0]


def fields(connection):
    return connection and {name: getattr(connection, name) for name in airflow_oracle.FIELDS}


def ask(backend, ids):
    backend._set_connection_class(Connection)
    return [fields(backend.get_connection(conn_id)) for conn_id in ids]


def from_environment(variables, ids):
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        return ask(EnvironmentVariablesBackend(), ids)
    finally:
        os.environ.clear()
        os.environ.update(before)


def from_file(extension, text, ids):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / f"connections.{extension}"
        path.write_bytes(text.encode())
        found = load_connections_dict(str(path))
        return [fields(found.get(conn_id)) for conn_id in ids]


def stored(texts, ids):
    """What a backend makes of the text that it finds in its store."""
    conn_class = EnvironmentVariablesBackend._deserialize_connection_value
    found = [texts.get(conn_id) for conn_id in ids]
    return [text and fields(conn_class(Connection, "c", text)) for text in found]


def of_dotenv(text):
    return dotenv.dotenv_values(stream=io.StringIO(text))


def of_shell(text):
    script = f"set -a\n{text}\n/usr/bin/env -0"
    environment = {"PATH": "/nonexistent", "LC_ALL": "C.UTF-8"}
    shell = ["/bin/bash", "--noprofile", "--norc", "-s"]
    done = subprocess.run(shell, input=script.encode(), env=environment, capture_output=True, check=True)
    return dict(pair.split("=", 1) for pair in done.stdout.decode().split("\0")[:-1])


def of_astro_load(text):
    """`astro deployment variable create --load`."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    return {name: value.strip('"').strip("'").strip() for name, value in pairs}


def of_astro_standalone(text):
    """`astro dev start --standalone`."""
    variables = {}
    for line in text.split("\n"):
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            variables[name] = value[1:-1] if is_quoted else value
    return variables


def of_powershell(text):
    """PowerShell, as its documentation has it."""
    lines = [re.fullmatch(r"\$env:(\w+) = '((?:[^'\u2018-\u201b]|'')*)'", line) for line in text.splitlines()]
    return {line[1]: line[2].replace("''", "'") for line in lines}


def of_cmd(text):
    """A batch file: first `%` is looked at, then quotes, and `set` takes all up to the last quote."""
    variables = {}
    for line in text.splitlines():
        if "%" in line.replace("%%", ""):
            raise Fault("cmd would put something in")
        line = line.replace("%%", "%")
        outside = "".join(line.split('"')[::2])
        if any(char in outside for char in "&|<>^!()"):
            raise Fault("cmd would end the command")
        name, value = re.fullmatch(r'set "(\w+)=(.*)"', line).groups()
        variables[name] = value
    return variables


def of_compose(text):
    (service,) = yaml.safe_load(text)["services"].values()
    values = service["environment"]
    if any("$" in value.replace("$$", "") for value in values.values()):
        raise Fault("compose would put something in")
    return {name: value.replace("$$", "$") for name, value in values.items()}


def of_pairs(pairs, name="name"):
    return {pair[name]: pair["value"] for pair in pairs}


def of_terraform(value):
    """The texts of a file of Terraform, after their templates."""
    if isinstance(value, dict):
        return {name: of_terraform(value) for name, value in value.items()}
    if isinstance(value, list):
        return [of_terraform(value) for value in value]
    if isinstance(value, str):
        if any(opener in value.replace(2 * opener[0] + "{", "") for opener in ("${", "%{")):
            raise Fault("Terraform would put something in")
        return value.replace("$${", "${").replace("%%{", "%{")
    return value


def astro_cli(request):
    run = one(runs(request["text"], ["astro"], ["--deployment-id", "d"]))
    is_right = run.words[:4] == ["astro", "deployment", "variable", "create"]
    if not (is_right and "--secret" in run.words and "--load" in run.words and run.words[-1] == "d"):
        raise Fault("the command is another")
    return from_environment(of_astro_load(run.file), request["ids"])


def airflow_cli(request):
    run = one(runs(request["text"], ["airflow"]))
    if run.words[1:3] != ["connections", "import"] or not run.words[3].endswith(".json"):
        raise Fault("the command is another")
    return from_file("json", run.file, request["ids"])


def github_actions(request):
    run = one(runs(request["text"], ["gh"], ["--env", "production"]))
    if run.words != ["gh", "secret", "set", "--env-file", "-", "--env", "production"]:
        raise Fault("the command is another")
    return from_environment(of_dotenv(run.input), request["ids"])


def airflow_settings(request):
    found = {}
    for entry in yaml.safe_load(request["text"])["airflow"]["connections"]:
        conn_id = entry.pop("conn_id")
        values = {name.removeprefix("conn_"): value for name, value in entry.items() if name != "conn_type"}
        if not isinstance(values.get("extra", ""), str):
            raise Fault("the keys of extra would come out in lower case")
        found[conn_id] = fields(Connection(conn_id=conn_id, conn_type=entry.get("conn_type"), **values))
    return [found.get(conn_id) for conn_id in request["ids"]]


def dockerfile(request):
    variables = {}
    for line in request["text"].splitlines():
        env, pair = shlex.split(line)
        if env != "ENV":
            raise Fault("another instruction")
        name, value = pair.split("=", 1)
        variables[name] = value
    return from_environment(variables, request["ids"])


def aws(request, program, operation, backend):
    with mock_aws():
        client = boto3.client(program, **AWS)
        for run in runs(request["text"], ["aws"]):
            words = ["aws", program, operation.replace("_", "-"), "--cli-input-json", "file:///dev/stdin"]
            if run.words != words:
                raise Fault("the command is another")
            getattr(client, operation)(**json.loads(run.input))
        return ask(backend(**request["kwargs"], **AWS), request["ids"])


def google(request):
    texts = {}
    for run in runs(request["text"], ["gcloud"]):
        gcloud, secrets, create, name, source = run.words
        if (gcloud, secrets, create, source) != ("gcloud", "secrets", "create", "--data-file=-"):
            raise Fault("the command is another")
        texts[name.removeprefix("airflow-connections-")] = run.input
    return stored(texts, request["ids"])


def azure(request):
    texts = {}
    for run in runs(request["text"], ["az"]):
        if run.words[:6] != ["az", "keyvault", "secret", "set", "--vault-name", "vault"]:
            raise Fault("the command is another")
        if "/dev/stdin" not in run.words:
            raise Fault("the secret is not read")
        texts[run.words[run.words.index("--name") + 1].lower()] = run.input
    # Azure takes small and capital letters for the same.
    names = [f"airflow-connections-{conn_id.replace('_', '-').lower()}" for conn_id in request["ids"]]
    return stored(texts, names)


class Vault:
    """An OpenBao of its own."""

    def __init__(self, home):
        self.port = free_port()
        self.server = start(self.port, home)
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = hvac.Client(url=self.url, token=ROOT)
        self.real_runs = 0

    def mounted(self, request):
        """Make the mount that the kwargs are about, empty."""
        mount = request["kwargs"].get("mount_point", "secret")
        version = request["kwargs"].get("kv_engine_version", 2)
        if f"{mount}/" in self.client.sys.list_mounted_secrets_engines()["data"]:
            self.client.sys.disable_secrets_engine(mount)
        self.client.sys.enable_secrets_engine("kv", path=mount, options={"version": str(version)})
        return mount, version

    def put(self, mount, version, path, secret):
        api = self.client.secrets.kv.v1 if version == 1 else self.client.secrets.kv.v2
        for left in range(100, -1, -1):
            try:
                return api.create_or_update_secret(path, secret=secret, mount_point=mount)
            except hvac.exceptions.InvalidRequest:
                # A mount of version 2 makes itself ready behind the answer.
                if not left:
                    raise
                time.sleep(0.1)

    def found(self, request):
        backend = VaultBackend(url=self.url, token=ROOT, **request["kwargs"])
        return ask(backend, request["ids"])

    def cli(self, request):
        mount, version = self.mounted(request)
        for number, run in enumerate(runs(request["text"], ["vault"])):
            if run.words[:3] + run.words[5:] != ["vault", "kv", "put", "-"] or run.words[3] != f"-mount={mount}":
                raise Fault("the command is another")
            if number and number <= REAL_RUNS:
                environment = {"BAO_ADDR": self.url, "BAO_TOKEN": ROOT, "HOME": "/nonexistent"}
                command = [program(), *run.words[1:]]
                subprocess.run(command, input=run.input.encode(), env=environment, capture_output=True, check=True)
            else:
                self.put(mount, version, run.words[4], json.loads(run.input))
        return self.found(request)

    def json(self, request):
        mount, version = self.mounted(request)
        folder = f"{mount}/" if version == 1 else f"{mount}/data/"
        for path, body in json.loads(request["text"]).items():
            if not path.startswith(folder):
                raise Fault("the path is another")
            secret = body if version == 1 else body["data"]
            self.put(mount, version, path.removeprefix(folder), secret)
        return self.found(request)

    def terraform(self, request):
        mount, version = self.mounted(request)
        resources = of_terraform(json.loads(request["text"]))["resource"]
        (kind,) = resources
        for resource in resources[kind].values():
            if version == 1:
                path, secret = resource["path"].removeprefix(f"{mount}/"), resource["data_json"]
            else:
                path, secret = resource["name"], resource["data_json"]
                if resource["mount"] != mount:
                    raise Fault("the mount is another")
            self.put(mount, version, path, json.loads(secret))
        return self.found(request)


def readers(vault):
    def variables(read):
        return lambda request: from_environment(read(request["text"]), request["ids"])

    def lines(read):
        return lambda request: [fields(read(line)) for line in request["text"].splitlines()]

    return {
        "uri": lines(lambda line: Connection(uri=line)),
        "json": lines(lambda line: Connection.from_json(line, "c")),
        "env": variables(of_dotenv),
        # Nobody has a wheel of compose's reader, or of gotenv; of what is written here they all read the same.
        "dotenv:compose": variables(of_dotenv),
        "dotenv:gotenv": variables(of_dotenv),
        "dotenv:astro-standalone": variables(of_astro_standalone),
        "dotenv:astro-load": variables(of_astro_load),
        "dotenv:python-dotenv": variables(of_dotenv),
        "dotenv:shell": variables(of_shell),
        # Neither runs here: these are readers of our own.
        "powershell": variables(of_powershell),
        "cmd": variables(of_cmd),
        "export-json": lambda request: from_file("json", request["text"], request["ids"]),
        "export-yaml": lambda request: from_file("yaml", request["text"], request["ids"]),
        "connections-env": lambda request: from_file("env", request["text"], request["ids"]),
        "airflow-cli": airflow_cli,
        "airflow-settings": airflow_settings,
        "astro-cli": astro_cli,
        "astro-deployment": variables(
            lambda text: of_pairs(yaml.safe_load(text)["deployment"]["environment_variables"], "key")
        ),
        "astro-terraform": variables(
            lambda text: of_pairs(of_terraform(json.loads(text))["locals"]["airflow_connections"], "key")
        ),
        "vault-cli": vault.cli,
        "vault-json": vault.json,
        "vault-terraform": vault.terraform,
        "aws-secretsmanager": lambda request: aws(
            request, "secretsmanager", "create_secret", SecretsManagerBackend
        ),
        "aws-ssm": lambda request: aws(request, "ssm", "put_parameter", SystemsManagerParameterStoreBackend),
        "gcp-secret-manager": google,
        "azure-key-vault": azure,
        "k8s-secret": variables(lambda text: yaml.safe_load(text)["stringData"]),
        "compose": variables(of_compose),
        "helm-values": variables(lambda text: of_pairs(yaml.safe_load(text)["env"])),
        "github-actions": github_actions,
        "dockerfile": dockerfile,
    }


def answer(read, request):
    try:
        return {"connections": read(request), "faults": []}
    except Fault as fault:
        return {"connections": [], "faults": [str(fault)]}


def main():
    with tempfile.TemporaryDirectory() as home:
        vault = Vault(home)
        try:
            known = readers(vault)
            for line in sys.stdin:
                request = json.loads(line)
                print(json.dumps(answer(known[request["target"]], request)), file=sys.__stdout__, flush=True)
        finally:
            vault.server.terminate()
            vault.server.wait()


main()
