"""Read reports as the programs do that they are for.

Standard input is a JSON object of reports by format; standard output is a JSON object of findings by
format, each finding a list of path, line and severity in connlint's words.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import junitparser


def checkstyle(report):
    """Jenkins and reviewdog read `error` elements below `file` elements."""
    for file in ElementTree.fromstring(report).iter("file"):
        for error in file.iter("error"):
            yield file.get("name"), int(error.get("line")), error.get("severity")


def junit(report):
    for suite in junitparser.JUnitXml.fromstring(report):
        cases = list(suite)
        assert suite.tests == len(cases) and suite.failures == sum(bool(case.result) for case in cases)
        for case in cases:
            for result in case.result:
                assert isinstance(result, junitparser.Failure) and result.message
                yield case._elem.get("file"), int(case._elem.get("line")), result.type


def gitlab(report):
    """Required keys and severities as GitLab documents them; a fingerprint used twice would hide an issue."""
    issues = json.loads(report)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    words = {"info": "info", "minor": "warning", "major": "error"}
    for issue in issues:
        assert issue["description"] and issue["check_name"]
        yield issue["location"]["path"], issue["location"]["lines"]["begin"], words[issue["severity"]]


def rdjson(report):
    report = json.loads(report)
    assert report["source"]["name"] == "connlint"
    for diagnostic in report["diagnostics"]:
        assert diagnostic["message"] and diagnostic["code"]["value"]
        location = diagnostic["location"]
        start, end = location["range"]["start"], location["range"]["end"]
        assert (start["line"], start["column"]) <= (end["line"], end["column"])
        yield location["path"], start["line"], diagnostic["severity"].lower()


def sarif(report):
    (run,) = json.loads(report)["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    words = {"note": "info", "warning": "warning", "error": "error"}
    for result in run["results"]:
        assert result["ruleId"] in rules and result["partialFingerprints"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        yield place["artifactLocation"]["uri"], place["region"]["startLine"], words[result["level"]]


def commands(report, command):
    for line in report.splitlines():
        found = re.fullmatch(command, line)
        if found:
            yield found


def github(report):
    """The runner splits at the first `::` behind the properties, and those at `,` and `=`."""
    words = {"notice": "info", "warning": "warning", "error": "error"}
    for found in commands(report, r"::(notice|warning|error) (.*?)::(.+)"):
        properties = dict(pair.split("=", 1) for pair in found[2].split(","))
        path = properties["file"].replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
        yield path, int(properties["line"]), words[found[1]]


def azure(report):
    """The agent splits at the first `]`, and the properties at `;` and `=`. It knows no remarks."""
    for found in commands(report, r"##vso\[task\.logissue ([^\]]*)\](.+)"):
        properties = dict(pair.split("=", 1) for pair in found[1].split(";") if pair)
        path = properties["sourcepath"].replace("%5D", "]").replace("%3B", ";").replace("%AZP25", "%")
        yield path, int(properties["linenumber"]), properties["type"]


READERS = [checkstyle, junit, gitlab, rdjson, sarif, github, azure]
reports = json.load(sys.stdin)
json.dump({reader.__name__: list(reader(reports[reader.__name__])) for reader in READERS}, sys.stdout)
