"""Reads host documents with the readers of their formats, none of which is connlint's.

A line of input is `{"format": …, "text": …}` in JSON; a line of output is the list of all values
that are read: of variables, options and arguments.
"""

import base64
import configparser
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap

import hcl2
import yaml
from dockerfile_parse import DockerfileParser

BASH = ["/bin/bash", "--noprofile", "--norc", "-c"]

# Where the scripts of the corpus write what they write.
SCRATCH = tempfile.TemporaryDirectory()

# Where packages of Debian have libraries.
MACHINE = f"{os.uname().machine}-linux-gnu"
LIBRARIES = [f"usr/lib/{MACHINE}", f"lib/{MACHINE}", "lib/systemd", f"usr/lib/{MACHINE}/systemd"]

# No program is found, so every command comes here. What is set at the end is printed too.
HARNESS = r"""
set() { :; }
exit() { :; }
show() { for name in "${!AIRFLOW_@}"; do printf '%s\0' "${!name}" >&3; done; }
command_not_found_handle() { printf '%s\0' "$@" >&3; show; }
IFS= read -r -d "" script
builtin set -- one two three
eval "$script" >/dev/null
show
"""


def bash(text):
    """What a script sets, and the words of its commands with what stands behind a `=`."""
    read_end, write_end = os.pipe()
    github_env = os.path.join(SCRATCH.name, "github-env")
    with open(github_env, "w", encoding="utf-8"):
        pass
    environment = {"PATH": "/nonexistent", "LC_ALL": "C.UTF-8", "GITHUB_ENV": github_env}
    # In the child the pipe has number 3.
    command = ["/bin/sh", "-c", f'exec 3>&{write_end}; exec "$@"', "sh", *BASH, HARNESS]
    process = subprocess.Popen(
        command,
        cwd=SCRATCH.name,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        pass_fds=[write_end],
    )
    os.close(write_end)
    process.stdin.write(text.encode() + b"\0")
    process.stdin.close()
    with os.fdopen(read_end, "rb") as pipe:
        words = pipe.read().decode("utf-8", "replace").split("\0")
    process.wait()
    with open(github_env, encoding="utf-8", errors="replace", newline="") as file:
        words += file.read().split("\n")
    return [part for word in words for part in parts(word)]


def parts(word):
    """A word, and what stands behind each of the first few `=` of it."""
    yield word
    rest = word
    for _ in range(2):
        _, found, rest = rest.partition("=")
        if found:
            yield rest


def make(text):
    """Variables as make expands them, and recipes as it prints them for the shell."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "Makefile")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        show = os.path.join(folder, "show.mk")
        with open(show, "w", encoding="utf-8") as file:
            file.write(
                "$(foreach v,$(filter AIRFLOW_%,$(.VARIABLES)),$(info @@$($v)))\n"
                "connlint-nothing: ;\n"
            )
        targets = re.findall(r"(?m)^([a-z][a-z-]*)\s*:(?!=)", text)
        values = []
        for target in dict.fromkeys(["connlint-nothing", *targets]):
            command = ["make", "--no-print-directory", "-n", "-f", path, "-f", show, target]
            answer = subprocess.run(
                command, capture_output=True, env={"PATH": os.environ["PATH"]}, cwd=folder
            )
            lines = answer.stdout.decode("utf-8", "replace").split("\n")
            values += [line[2:] for line in lines if line.startswith("@@")]
            values += bash("\n".join(line for line in lines if not line.startswith("@@")))
        return values


def strings(node, is_secret=False):
    """Every text of a YAML or JSON document; that of a Secret decoded."""
    if isinstance(node, dict):
        is_secret = is_secret or node.get("kind") == "Secret"
        for key, value in node.items():
            yield from strings(key)
            for text in strings(value, is_secret):
                yield text
                if is_secret and key == "data":
                    yield from decoded(text)
    elif isinstance(node, list):
        for item in node:
            yield from strings(item, is_secret)
    elif isinstance(node, str):
        yield node


def decoded(text):
    try:
        yield base64.b64decode(text, validate=True).decode()
    except ValueError:
        return


def documents(text):
    try:
        return list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        return []


def yaml_values(text, unescape=str, depth=0):
    """Texts, with the variables of the format replaced, and what scripts among them set."""
    for document in documents(text):
        for value in strings(document):
            yield unescape(value)
            _, found, rest = value.partition("=")
            if found:
                yield unescape(rest)
            if "\n" in value and depth == 0:
                yield from yaml_values(value, unescape, 1)
            if depth == 0 and re.search(
                r"(?m)^\s*(export|airflow|vault|az) |GITHUB_ENV", value
            ):
                # What the forge fills in is a variable to the shell.
                yield from bash(re.sub(r"\$?\{\{.*?\}\}", "$X", value))


def compose(text):
    """`$$` is a `$`; what has other variables in it is not compared."""
    return yaml_values(text, lambda value: value.replace("$$", "$"))


def kubernetes(text):
    """`$$(` is a `$(` in the environment of a container; charts make Secrets of base64 too."""
    for value in yaml_values(text):
        yield value
        yield value.replace("$$(", "$(")
        yield from decoded(value)


class Template(yaml.SafeLoader):
    """YAML in which a tag stands in front of what CloudFormation computes."""


Template.add_multi_constructor(
    "!",
    lambda loader, tag, node: loader.construct_scalar(node)
    if isinstance(node, yaml.ScalarNode)
    else None,
)


def cloudformation(text):
    """Texts, and what scripts among them set; what has parts to fill in is not compared."""
    for value in strings(yaml.load(text, Template)):
        yield value
        if value.startswith("#!"):
            yield from bash(value)


def config(text):
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    values = []
    for section in parser.values():
        for option in section:
            try:
                values.append(section[option])
            except configparser.InterpolationError:
                # Airflow does not start with it: what is compared is what is written.
                values.append(section.get(option, raw=True).replace("%%", "%"))
    return values


def json_values(text):
    """What a document says, or what its lines say that are documents."""
    values = []
    for part in [text, *text.split("\n")]:
        try:
            values += nested(json.loads(part))
        except ValueError:
            continue
    return values


def nested(document):
    """Every text, what stands behind its `=` in a list of variables, and what it holds that is JSON itself."""
    for text in strings(document):
        yield from parts(text)
        if text.startswith("{"):
            try:
                yield from nested(json.loads(text))
            except ValueError:
                pass


def dockerfile(text):
    """`ENV` and `ARG` as the parser gives them, and what the scripts of `RUN` set."""
    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()))
    for value in [*parser.envs.values(), *parser.args.values()]:
        yield value
        # Between `"` the parser takes `\"` alone for an escape; the builder knows two more.
        yield re.sub(r"\\([$\\])", r"\1", value)
    for step in parser.structure:
        if step["instruction"] == "RUN" and not step["value"].startswith("["):
            yield from bash(step["value"])


def terraform(text):
    """Texts of attributes, those in `jsonencode` too, and what YAML or JSON among them holds."""
    try:
        document = hcl2.loads(text)
    except Exception:  # Its errors have no common class.
        return
    for value in map(hcl_text, strings(document)):
        yield value
        yield from json_values(value)
        yield from yaml_values(value)


def hcl_text(value):
    """A quoted text or here-document without what marks it; the parser leaves that to others."""
    if not (len(value) > 1 and value.startswith('"') and value.endswith('"')):
        return value
    value = value[1:-1]
    heredoc = re.fullmatch(r"<<(-?)(\w+)\n(.*\n)[ \t]*\2", value, re.DOTALL)
    if heredoc:
        value = textwrap.dedent(heredoc[3]) if heredoc[1] else heredoc[3]
    else:
        try:
            value = json.loads(f'"{value}"')
        except ValueError:
            return value
    return value.replace("$${", "${").replace("%%{", "%{")


def systemd(text):
    """What a unit sets and runs, as systemd says in a test run; that does not want to be root's."""
    if "\nExecStart=" not in text:
        # A part of a unit.
        text += "\n[Service]\nExecStart=/bin/true\n"
    root = os.environ["SYSTEMD"]
    folders = [f"{root}/{folder}" for folder in LIBRARIES]
    with tempfile.TemporaryDirectory() as folder:
        units = os.path.join(folder, "config/systemd/user")
        os.makedirs(units)
        with open(os.path.join(units, "unit.service"), "w", encoding="utf-8", newline="") as file:
            file.write(text)
        command = [f"{root}/lib/systemd/systemd", "--test", "--user", "--unit=unit.service"]
        if os.getuid() == 0:
            os.chmod(folder, 0o755)
            os.makedirs(os.path.join(folder, "run"))
            os.chown(os.path.join(folder, "run"), 65534, 65534)
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        answer = subprocess.run(
            command,
            capture_output=True,
            env={
                "PATH": os.environ["PATH"],
                "LD_LIBRARY_PATH": ":".join(folders),
                "XDG_CONFIG_HOME": os.path.join(folder, "config"),
                "XDG_RUNTIME_DIR": os.path.join(folder, "run"),
                "XDG_DATA_DIRS": folder,
                "HOME": folder,
            },
        )
    said = answer.stdout.decode("utf-8", "replace")
    _, _, unit = said.partition("-> Unit unit.service:\n")
    unit, _, _ = unit.partition("\n\t-> Unit ")
    for line in unit.split("\n"):
        key, _, value = line.strip("\t").partition(": ")
        if key == "Environment":
            yield from parts(value)
        elif key == "Command Line":
            for word in shlex.split(value):
                yield from parts(word)


READERS = {
    "compose": compose,
    "gitlab-ci": compose,
    "kubernetes": kubernetes,
    "helm-values": kubernetes,
    "github-actions": yaml_values,
    "azure-pipelines": yaml_values,
    "astro-deployment": yaml_values,
    "airflow-settings": yaml_values,
    "connections-yaml": yaml_values,
    "yaml": yaml_values,
    "json": json_values,
    "vault-json": json_values,
    "connections-json": json_values,
    "airflow-cfg": config,
    "shell": bash,
    "makefile": make,
    "dockerfile": dockerfile,
    "terraform": terraform,
    "cloudformation": cloudformation,
    "systemd": systemd,
}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        values = READERS[request["format"]](request["text"])
        print(json.dumps(sorted(set(values))), flush=True)


main()
