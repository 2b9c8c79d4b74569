#!/usr/bin/env python3
"""Holds the deployment's files to each other and to the source: Dockerfile, .dockerignore, docker-compose.yml, .env.example,
deploy/railway/, deploy/systemd/, deploy/observability/compose/ and docs/deploy.md.

  every file that the Dockerfile copies is in the repository and in the build context, and so is all that CMakeLists.txt reads
  every command is a subcommand of the binary, with options that it has; every path asked for health is a route
  every variable named anywhere is one that src/app/config.cpp reads (or web/ does, where it is for web/), and .env.example has all of those
  in docker-compose.yml whoever waits for a healthy service waits for one that has a health check

`python3 tests/deploy_check.py [--junit FILE] [ROOT]`; BILLING_BINARY=… asks that binary's --help instead of reading
src/app/cli/commands.cpp. Prints what is wrong, then "N passed, M failed", and fails when something failed.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import yaml

import junit

OF_THE_IMAGES = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "GF_AUTH_ANONYMOUS_ENABLED", "GF_AUTH_ANONYMOUS_ORG_ROLE", "GF_AUTH_DISABLE_LOGIN_FORM",
                 "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"}
OF_RAILWAY = {"RAILPACK_SPA_OUTPUT_DIR"}  # and all that begins with RAILWAY_
NOT_FOR_CONTAINERS = {"BILLING_CLOCK", "BILLING_CLOCK_START"}  # a simulated clock is refused unless HOST is a loopback address
APPS = ("api", "worker", "scheduler")
VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[A-Z][A-Z0-9]+(?==)|(?<=\$)[A-Z][A-Z0-9_]+|(?<=\$\{)[A-Z][A-Z0-9_]+")
DURATION = re.compile(r"(?:\d+(?:ms|s|m|h))+$")
SERVICE_KEYS = {"image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "depends_on", "healthcheck",
                "restart", "stop_grace_period", "read_only", "cap_drop", "security_opt", "profiles", "pull_policy", "tmpfs", "user",
                "working_dir", "extra_hosts"}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


class Report:
    """What was checked, and what is wrong with it (None: nothing)."""

    def __init__(self):
        self.results = []

    def check(self, name, good, problem=""):
        self.results.append((name, None if good else problem or "it is not so"))
        return good

    def same(self, name, problems):
        self.check(name, not problems, "; ".join(sorted(problems)))


class Program:
    """What the binary can do: from its --help, or from the source."""

    def __init__(self, root, binary):
        self.binary = binary
        self.source = (root / "src/app/cli/commands.cpp").read_text(encoding="utf-8")
        if binary:
            listed = self.help().partition("Subcommands:\n")[2].split("\n\n")[0]
            self.commands = set(re.findall(r"^  (\w+)", listed, re.MULTILINE))
        else:
            self.commands = set(re.findall(r'add_subcommand\(\s*"(\w+)"|add_role\(\w+,\s*"(\w+)"', self.source))
            self.commands = {name for pair in self.commands for name in pair if name}
            for other in (root / "src/app").rglob("*_commands.cpp"):
                self.commands |= set(re.findall(r'cli\.add_subcommand\(\s*"(\w+)"', other.read_text(encoding="utf-8")))

    def help(self, *command):
        return subprocess.run([self.binary, *command, "--help"], check=True, capture_output=True, text=True, timeout=20).stdout

    def problem(self, words):
        """What is wrong with `serve --seed`, say."""
        if not words or words[0] not in self.commands:
            return f"`{' '.join(words)}` is not a subcommand: {', '.join(sorted(self.commands))}"
        options = [word.partition("=")[0] for word in words[1:] if word.startswith("--")]
        text = self.help(words[0]) if self.binary and words[0] != "keys" else self.source + "--name --scope"
        missing = [option for option in options if not re.search(re.escape(option) + r"\b", text)]
        return f"`billing {words[0]}` has no {', '.join(missing)}" if missing else None


class Dockerfile:
    def __init__(self, path):
        text = re.sub(r"^[ \t]*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.lines = [line.strip() for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]
        starts = [index for index, line in enumerate(self.lines) if line.upper().startswith("FROM ")]
        self.first, self.last = self.lines[:starts[-1]], self.lines[starts[-1]:]  # all that builds, and what runs

    @staticmethod
    def of(lines, instruction):
        return [line[len(instruction):].strip() for line in lines if line.upper().startswith(instruction + " ")]

    def copied(self):
        """Sources from the build context: not those from another stage."""
        for arguments in self.of(self.lines, "COPY") + self.of(self.lines, "ADD"):
            words = json.loads(arguments) if arguments.startswith("[") else shlex.split(arguments)
            if not any(word.startswith("--from=") for word in words):
                yield from [word for word in words if not word.startswith("--")][:-1]

    def packages(self, lines):
        for run in self.of(lines, "RUN"):
            for found in re.findall(r"apt-get install ((?:(?!&&|;).)*)", run):
                yield from (word for word in found.split() if not word.startswith("-"))


def ignored(root, path):
    """Whether .dockerignore keeps a path out of the build context: the last rule that fits decides."""
    result = False
    for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.lstrip("!").strip("/")
        parts = path.split("/")
        if any(fnmatch.fnmatchcase("/".join(parts[:end]), pattern) for end in range(1, len(parts) + 1)):
            result = not rule.startswith("!")
    return result


def files_below(root, source):
    path = root / source
    found = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file() and not {"node_modules", "dist"} & set(each.parts)]
    return [each.relative_to(root).as_posix() for each in found]


def check_dockerfile(report, root, program, variables, routes):
    docker = Dockerfile(root / "Dockerfile")
    copied = list(docker.copied())
    report.check("Dockerfile copies something", copied)
    for source in copied:
        name = source.rstrip("/").removeprefix("./")
        there = not name.startswith(("/", "..")) and any(root.glob(name))
        report.check(f"Dockerfile: COPY {source}", there, f"{source} is not in the repository: the build context is its root, not the Dockerfile's directory")
        kept_out = [path for path in files_below(root, name) if ignored(root, path)] if there else []
        report.check(f".dockerignore lets {source} in", there and not kept_out, f"{', '.join(kept_out[:3]) or source} is kept out")
    read = set(re.findall(r"\$\{CMAKE_SOURCE_DIR\}/([\w.-]+)", (root / "CMakeLists.txt").read_text(encoding="utf-8")))
    tops = {source.strip("./").split("/")[0] for source in copied}
    report.same("what CMakeLists.txt reads is copied", {f"{name} is not" for name in read - tops if (root / name).exists()})
    for secret in (".env", ".git/config", ".data/postgres/PG_VERSION", "build/release/billing", "tests/node_modules/x"):
        report.check(f".dockerignore keeps {secret} out", ignored(root, secret), "it goes to the builder")
    listed = {name for line in (root / "script/packages.txt").read_text(encoding="utf-8").splitlines() if line.strip() and line[0] not in "#[" for name in line.split()[0].split("|")}
    report.same("what the Dockerfile builds with is in script/packages.txt", {f"{name} is not" for name in set(docker.packages(docker.first)) - listed - {"nodejs", "npm"}})  # script/setup asks for those two itself
    compilers = {name for name in docker.packages(docker.last) if re.search(r"^(clang|gcc|g\+\+|cmake|ninja|python)|-dev$", name)}
    report.same("the image has no compiler", {f"{name} is one" for name in compilers})
    user = docker.of(docker.last, "USER")
    report.check("the image's user is not root", user and user[-1].split(":")[0] not in ("root", "0"), "USER is missing or root")
    report.check("the image starts billing", docker.of(docker.last, "ENTRYPOINT") == ['["billing"]'], "ENTRYPOINT is another")
    command = docker.of(docker.last, "CMD")
    problem = program.problem(json.loads(command[-1])) if command else "CMD is missing"
    report.check("the image's CMD is a subcommand", not problem, problem)
    set_names = {word.partition("=")[0] for line in docker.of(docker.last, "ENV") for word in shlex.split(line)}
    report.same("the image sets variables that billing reads", {f"{name} is none" for name in set_names - variables})
    report.check("the image has a health check", docker.of(docker.last, "HEALTHCHECK"), "HEALTHCHECK is missing")
    script = root / "deploy/docker/healthcheck"
    asked = re.findall(r"GET (/\S+) HTTP", script.read_text(encoding="utf-8"))
    report.check("the health check may be executed", os.access(script, os.X_OK), "chmod 755 deploy/docker/healthcheck")
    report.check("the health check asks for a route", asked and set(asked) <= routes, f"{asked} is none")


def variables_of_web(root):
    """What the admin UI's build and development server read."""
    names = set()
    for path in [root / "web/vite.config.ts", *(root / "web/src").rglob("*.ts*")]:
        if path.exists():
            names |= set(re.findall(r"(?:process\.env|import\.meta\.env)\.([A-Z][A-Z0-9_]+)", path.read_text(encoding="utf-8")))
    return names - {"DEV", "PROD", "MODE", "SSR", "BASE_URL"}


def billing_commands(text):
    """`billing …` anywhere in a shell's line or a unit, up to what ends a command."""
    for found in re.findall(r"(?:^|[\s(/|=])billing ((?:[a-z]\w*)[^|&;>\n]*)", text, re.MULTILINE):
        yield found.split()


def check_health(report, name, service):
    health = service.get("healthcheck")
    if health is None:
        return False
    report.same(f"compose {name}: health check is well-formed",
                {f"{key} is not known" for key in set(health) - HEALTH_KEYS}
                | {f"{key}: {health[key]} is no duration" for key in ("interval", "timeout", "start_period", "start_interval")
                   if key in health and not DURATION.match(str(health[key]))})
    if health.get("disable"):
        return False
    test = health.get("test")
    return report.check(f"compose {name}: health check has a test", isinstance(test, str) or (test and test[0] in ("CMD", "CMD-SHELL")), f"test is {test}")


def environment_of(service):
    given = service.get("environment") or {}
    return given if isinstance(given, dict) else dict((item.partition("=")[0], item.partition("=")[2]) for item in given)


def check_compose(report, root, program, variables):
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    compose = yaml.safe_load(text)
    services, volumes = compose.get("services") or {}, compose.get("volumes") or {}
    report.same("compose has every service", {f"{name} is missing" for name in {"postgres", "redis", *APPS} - set(services)})
    report.same("compose has only known top-level keys", {f"{key} is none" for key in compose if key not in ("name", "services", "volumes", "networks") and not key.startswith("x-")})
    healthy = {name: check_health(report, name, service) for name, service in services.items()}
    built = {service["image"] for service in services.values() if "build" in service and "image" in service}
    for name, service in services.items():
        report.same(f"compose {name}: keys", {f"{key} is not known" for key in set(service) - SERVICE_KEYS})
        report.check(f"compose {name}: image", service.get("image") or service.get("build"), "it has neither image nor build")
        waits = service.get("depends_on") or {}
        problems = set()
        for other, how in (waits.items() if isinstance(waits, dict) else ((other, {}) for other in waits)):
            condition = how.get("condition", "service_started")
            if other not in services:
                problems.add(f"there is no service {other}")
            elif condition not in CONDITIONS:
                problems.add(f"{condition} is no condition")
            elif condition == "service_healthy" and not healthy[other]:
                problems.add(f"{other} has no health check")
            elif other in services and not set(services[other].get("profiles", [])) <= set(service.get("profiles", [])):
                problems.add(f"{other} is only there with a profile")
        report.same(f"compose {name}: depends_on", problems)
        problems = set()
        for volume in service.get("volumes") or []:
            source = volume.split(":")[0] if isinstance(volume, str) else volume.get("source", "")
            if source.startswith(("./", "../")):
                if not (root / source).exists():
                    problems.add(f"{source} is not in the repository")
            elif re.match(r"\w", source) and source not in volumes:
                problems.add(f"volume {source} is not declared")
        report.same(f"compose {name}: volumes", problems)
        known = variables if service.get("image") in built else variables_of_web(root) if name == "web" else variables | OF_THE_IMAGES
        for words in billing_commands(" ".join(service["command"]) if isinstance(service.get("command"), list) else service.get("command") or ""):
            problem = program.problem(words)
            report.check(f"compose {name}: {' '.join(words)}", not problem, problem)
        report.same(f"compose {name}: environment", {f"{key} is not read by anybody" for key in set(environment_of(service)) - known})
    for name in (name for name in APPS if name in services):
        service = services[name]
        command = service.get("command") or []
        problem = program.problem(shlex.split(command) if isinstance(command, str) else command)
        report.check(f"compose {name}: command", not problem, problem)
        report.check(f"compose {name}: image", service.get("image") in built, f"no service builds {service.get('image')}")
        wanted = variables - NOT_FOR_CONTAINERS
        report.same(f"compose {name}: has every variable", {f"{key} is missing" for key in wanted - set(environment_of(service))})
    report.same("compose takes no unknown variable from .env",
                {f"{key} is none" for key in set(re.findall(r"\$\{(\w+)", text)) - variables - OF_THE_IMAGES})


def check_compose_prometheus(report, root):
    services = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    jobs = yaml.safe_load((root / "deploy/observability/compose/prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    asked = {(name, config["port"]) for job in jobs for config in job["dns_sd_configs"] for name in config["names"]}
    report.same("Prometheus of compose asks the services where they are",
                {f"{name}:{port}" for name, port in asked if int(environment_of(services.get(name, {})).get("METRICS_PORT", 0)) != port})
    report.same("Prometheus of compose asks all of them", {f"not {name}" for name in set(APPS) - {name for name, _ in asked}})
    sources = yaml.safe_load((root / "deploy/observability/compose/datasource.yml").read_text(encoding="utf-8"))["datasources"]
    report.check("Grafana of compose asks its Prometheus", [source["url"] for source in sources] == ["http://prometheus:9090"], str(sources))


def check_systemd(report, root, program, variables):
    directory = root / "deploy/systemd"
    ports = []
    for path in sorted(directory.iterdir()):
        text = re.sub(r"^#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        named = set(re.findall(r"^(?:Environment=)?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))
        report.same(f"systemd {path.name}: variables", {f"{name} is not read by anybody" for name in named - variables})
        for words in billing_commands(text):
            problem = program.problem(words)
            report.check(f"systemd {path.name}: {' '.join(words)}", not problem, problem)
        units = set(re.findall(r"\bbilling[\w-]*@?\d?\.(?:service|socket)\b", text))
        there = {unit for unit in units if (directory / re.sub(r"@\d", "@", unit)).exists()}
        report.same(f"systemd {path.name}: units", {f"there is no {unit}" for unit in units - there})
        ports += [port.replace("%i", "1") for port in re.findall(r"^Environment=METRICS_PORT=(\S+)", text, re.MULTILINE)]
    scraped = (root / "deploy/observability/prometheus.yml").read_text(encoding="utf-8")
    report.same("Prometheus asks the units where they are", {f"not {port}" for port in ports if f"- 127.0.0.1:{port} " not in scraped})


def check_variables(report, root, variables):
    example = (root / ".env.example").read_text(encoding="utf-8")
    given = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", example, re.MULTILINE)
    for name in sorted(variables):
        report.check(f".env.example explains {name}", given.count(name) == 1 and re.search(rf"^# .*\n(?:#?[A-Z].*\n)?#?{name}=", example, re.MULTILINE),
                     "it must be there once, below its explanation")
    documents = [root / ".env.example", root / "docs/deploy.md"]
    for path in documents:
        named = set(VARIABLE.findall(path.read_text(encoding="utf-8")))
        known = variables | OF_THE_IMAGES | OF_RAILWAY | variables_of_web(root) | {"BASE", "JOBS"}
        report.same(f"{path.relative_to(root)} names variables that there are", {f"nobody reads {name}" for name in named - known if not name.startswith("RAILWAY_")})


def check_railway(report, root, program, routes):
    directory = root / "deploy/railway"
    for name in APPS:
        path = directory / f"{name}.json"
        if not report.check(f"railway {name}: is there", path.exists(), f"deploy/railway/{name}.json is not"):
            continue
        config = json.loads(path.read_text(encoding="utf-8"))
        build, deploy = config["build"], config["deploy"]
        report.check(f"railway {name}: builds the Dockerfile", build.get("builder") == "DOCKERFILE" and (root / build.get("dockerfilePath", "?")).is_file(), str(build))
        patterns = build.get("watchPatterns", [])
        report.same(f"railway {name}: watch patterns", {f"{each} fits nothing" for each in patterns if not any(root.glob(each.strip("/").replace("**", "*")))})
        tops = {each.strip("/").split("/")[0] for each in patterns}
        report.same(f"railway {name}: watches what is copied", {f"not {each}" for each in {source.split("/")[0] for source in Dockerfile(root / "Dockerfile").copied()} - tops})
        words = shlex.split(deploy.get("startCommand", ""))  # replaces ENTRYPOINT and CMD, and no shell expands it
        problem = program.problem(words[1:]) if words[:1] == ["billing"] else "startCommand does not begin with billing"
        report.check(f"railway {name}: start command", not problem and "$" not in deploy["startCommand"], problem or "no shell expands $")
        numbers = ("healthcheckTimeout", "restartPolicyMaxRetries", "drainingSeconds", "overlapSeconds")
        report.same(f"railway {name}: numbers are numbers", {f"{key} is not" for key in numbers if key in deploy and not isinstance(deploy[key], int)})
        serves = words[1:2] in (["serve"], ["run"])
        path_asked = deploy.get("healthcheckPath")
        report.check(f"railway {name}: health check", path_asked in routes if serves else path_asked is None, f"healthcheckPath is {path_asked}")


    config = json.loads((directory / "web.json").read_text(encoding="utf-8"))
    scripts = json.loads((root / "web/package.json").read_text(encoding="utf-8"))["scripts"]
    run = set(re.findall(r"npm run (\w+)", config["build"]["buildCommand"] + (root / "docker-compose.yml").read_text(encoding="utf-8") + (root / "Dockerfile").read_text(encoding="utf-8")))
    report.same("npm scripts that are run are in web/package.json", {f"{name} is not" for name in run - set(scripts)})
    # Its root directory is web/, and so the Dockerfile at the top is not what builds it.
    report.check("railway web: is a static site", config["build"]["builder"] == "RAILPACK" and "startCommand" not in config["deploy"], str(config))
    report.check("railway web: watches web/", "/web/**" in config["build"]["watchPatterns"], str(config["build"]))


def check_document(report, root, program):
    text = (root / "docs/deploy.md").read_text(encoding="utf-8")
    code = re.findall(r"```.*?\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    commands = {match.strip() for piece in code for match in re.findall(r"(?:^|[\s(])billing ((?:[a-z]\w*)(?: --?[\w-]+)*)", piece, re.MULTILINE)}
    problems = {program.problem(command.split()) for command in commands} - {None}
    report.same("docs/deploy.md names subcommands that there are", problems)
    links = {link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)}
    report.same("docs/deploy.md links to files that there are", {f"{link} is not there" for link in links if not (root / "docs" / link).exists()})
    ours = set((yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8")) or {}).get("services", {}))
    started = {word for line in re.findall(r"docker compose(?: --\S+ \S+)* up -d ([a-z][a-z ]*)", "\n".join(code)) for word in line.split()}
    report.same("docs/deploy.md starts services that there are", {f"{name} is none" for name in started - ours - {"celery"}})


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--junit", type=pathlib.Path)
    options = arguments.parse_args()
    root, report = options.root, Report()
    program = Program(root, os.environ.get("BILLING_BINARY"))
    variables = set(re.findall(r'\bin\.\w+\(\s*"([A-Z][A-Z0-9_]*)"', (root / "src/app/config.cpp").read_text(encoding="utf-8")))
    routes = set(re.findall(r'Method::get,\s*"([^"]+)"', (root / "src/app/http/routes.cpp").read_text(encoding="utf-8")))
    report.check("src/app/config.cpp reads variables", {"DATABASE_URL", "PORT"} <= variables, str(variables))
    report.check("the binary has subcommands", {"serve", "work", "schedule"} <= program.commands, str(program.commands))

    for name, check in {"Dockerfile": lambda: check_dockerfile(report, root, program, variables, routes),
                        "docker-compose.yml": lambda: check_compose(report, root, program, variables),
                        "deploy/observability/compose": lambda: check_compose_prometheus(report, root),
                        "deploy/systemd": lambda: check_systemd(report, root, program, variables),
                        "variables": lambda: check_variables(report, root, variables),
                        "deploy/railway": lambda: check_railway(report, root, program, routes),
                        "docs/deploy.md": lambda: check_document(report, root, program)}.items():
        try:
            check()
        except (OSError, ValueError, KeyError, AttributeError, TypeError, yaml.YAMLError) as error:
            report.check(f"{name} can be read", False, f"{type(error).__name__}: {error}")

    failed = [(name, problem) for name, problem in report.results if problem]
    for name, problem in failed:
        print(f"{name}: {problem}")
    if options.junit:
        junit.write(options.junit, "deploy_check", report.results)
    print(f"{len(report.results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
