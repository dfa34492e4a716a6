"""Servers of other people, which need no credentials: generated, compiled, and called once each.

Their catalogs are fetched from them and stay in the cache.
"""

import json
import shutil
import subprocess
import sys
import zipfile

from . import environment
from .environment import CACHE, Unavailable
from .workspace import Workspace

# Each server of npm: its package and version, the arguments of its program, the call, a part of the
# result. `WORK` in a call is a folder with a repository and some files.
NPM = [
    ("repomix", "1.18.1", ["--mcp"], "pack_codebase(PackCodebase::new(WORK))", "note.md"),
    ("mcp-hello-world", "1.1.2", [], 'echo(Echo::new("again"))', "again"),
    ("@eslint/mcp", "0.3.13", [], 'lint_files(LintFiles::new([format!("{WORK}/code.js")]))', "no-undef"),
    ("@mastra/mcp-docs-server", "1.2.27", [], "mastra_migration(MastraMigration::new())", "igration"),
    ("@bytebase/dbhub", "1.4.0", ["--transport", "stdio", "--demo"],
     'execute_sql(ExecuteSql::new("SELECT 40 + 2 AS answer"))', "42"),
    ("mcp-server-code-runner", "0.1.8", [],
     'run_code(RunCode::new("console.log(6 * 7)", LanguageId::Javascript))', "42"),
    ("@cyanheads/git-mcp-server", "2.15.3", [], "git_status(GitStatus::new().path(WORK))", "main"),
    ("@negokaz/excel-mcp-server", "0.12.0", [],
     'excel_describe_sheets(ExcelDescribeSheets::new(format!("{WORK}/table.xlsx")))', "Figures"),
    ("@modelcontextprotocol/server-system-monitor", "2.0.3", ["--stdio"],
     "get_system_info(GetSystemInfo::new())", "cpu"),
    ("@angular/cli", "22.2.7", ["mcp"], "list_projects(ListProjects::new())", "angular.json"),
]

# Each server of PyPI: its package and version, other requirements, its program, and the rest as above.
PYPI = [
    ("mcp-server-git", "2026.10.19", [], ["mcp-server-git"], "git_status(GitStatus::new(WORK))", "main"),
    ("mcp-server-calculator", "0.2.1", [], ["mcp-server-calculator"],
     'calculate(Calculate::new("6 * 7"))', "42"),
    ("mcp-server-sqlite", "2025.4.25", ["mcp<2"], ["mcp-server-sqlite", "--db-path", "WORK/data.sqlite"],
     "list_tables(ListTables::new())", "["),
    ("excel-mcp-server", "2.2.2", [], ["excel-mcp-server", "stdio"],
     'create_workbook(CreateWorkbook::new(format!("{WORK}/book.xlsx")).overwrite(true))', "book.xlsx"),
    ("office-word-mcp-server", "1.1.11", [], ["word_mcp_server"],
     'create_document(CreateDocument::new(format!("{WORK}/letter.docx")))', "letter.docx"),
    ("office-powerpoint-mcp-server", "2.0.7", ["mcp<2"], ["ppt_mcp_server"],
     "create_presentation(CreatePresentation::new())", "presentation"),
    ("mcp-server-motherduck", "1.1.0", [], ["mcp-server-motherduck", "--db-path", ":memory:", "--read-write"],
     'execute_query(ExecuteQuery::new("SELECT 40 + 2"))', "42"),
    ("markitdown-mcp", "0.0.1a8", [], ["markitdown-mcp"],
     'convert_to_markdown(ConvertToMarkdown::new(format!("file://{WORK}/page.html")))', "A title"),
    ("code-index-mcp", "2.17.1", [], ["code-index-mcp"], "set_project_path(SetProjectPath::new(WORK))",
     "ndex"),
    ("awslabs-aws-iac-mcp-server", "1.0.26", [], ["awslabs.aws-iac-mcp-server"],
     'validate_cloudformation_template(ValidateCloudformationTemplate::new("Resources: {}"))', "valid"),
]

FOLDER = CACHE / "servers"
WORK = FOLDER / "work"


def run(options):
    programs = environment.programs(options.programs, "toolsmith")
    prepare()
    workspace = Workspace("servers", programs["toolsmith"])
    rows = list(listed())
    for row in rows:
        try:
            row["command"] = row.pop("start")(rows)
            row["generated"], row["tools"] = workspace.generate(row["crate"], row["command"], cwd=WORK)
        except Unavailable as error:
            row["generated"], row["tools"] = f"no: {error}", None
    generated = [row for row in rows if row["tools"] is not None]
    program = workspace.compile("calls", program_of(generated))
    for row in rows:
        row["result"] = play(program, row) if row in generated else f"no: {row['generated']}"
        print(f"{row['package']} {row['version']}: {row['tools']} tools: {row['result']}", flush=True)
    return rows


def listed():
    """The rows of the table, each with what starts its server."""
    for package, version, arguments, call, part in NPM:
        start = lambda rows, package=package, arguments=arguments: npm(rows, package, arguments)  # noqa: E731
        yield row_of("npm", package, version, call, part, start)
    for package, version, others, program, call, part in PYPI:
        start = lambda _, spec=(package, version, others, program): pypi(*spec)  # noqa: E731
        yield row_of("PyPI", package, version, call, part, start)


def row_of(registry, package, version, call, part, start):
    # A crate may not have the name of one that the runtime depends on.
    crate = "s-" + package.strip("@").replace("/", "-")
    return {
        "registry": registry, "package": package, "version": version, "call": call, "part": part,
        "crate": crate, "start": start,
    }


# Packages


def npm(rows, package, arguments):
    """Installs the npm packages of all rows, and returns the command that starts one of them."""
    _, node = environment.javascript()
    folder = FOLDER / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {row["package"]: row["version"] for row in rows if row["registry"] == "npm"}
    manifest = folder / "package.json"
    text = json.dumps({"private": True, "dependencies": wanted}, indent=2)
    if not (folder / "node_modules" / package).exists() or not manifest.exists():
        manifest.write_text(text)
        environment.install(
            ["npm", "install", "--ignore-scripts", "--no-package-lock", "--legacy-peer-deps", "--no-audit",
             "--no-fund"],
            folder,
        )
    home = folder / "node_modules" / package
    programs = json.loads((home / "package.json").read_text())["bin"]
    program = programs if isinstance(programs, str) else next(iter(programs.values()))
    return [node, str((home / program).resolve()), *arguments]


def pypi(package, version, others, program):
    folder = FOLDER / "pypi" / package
    name, *arguments = program
    if not (folder / "bin" / name).exists():
        uv = environment.ensure_uv()
        folder.parent.mkdir(parents=True, exist_ok=True)
        environment.install(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], FOLDER
        )
        requirements = [f"{package}=={version}", *others]
        environment.install(
            [uv, "pip", "install", "--quiet", "--python", str(folder / "bin/python"), *requirements], FOLDER
        )
    return [str(folder / "bin" / name), *(argument.replace("WORK", str(WORK)) for argument in arguments)]


# Calls


def prepare():
    """Makes the folder that the calls are about."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "note.md").write_text("# A note\n")
    (WORK / "code.js").write_text("const answer = 42;\nconsole.log(question);\n")
    (WORK / "eslint.config.mjs").write_text('export default [{ rules: { "no-undef": "error" } }];\n')
    (WORK / "page.html").write_text("<h1>A title</h1><p>A text.</p>\n")
    write_workbook(WORK / "table.xlsx")
    git = ["git", "-c", "user.name=suite", "-c", "user.email=suite@example.com", "-C", str(WORK)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch", "main"], check=True)
    subprocess.run([*git, "add", "note.md"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "A note"], check=True)


def write_workbook(path):
    """Writes an empty workbook with one sheet."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def relationship(name, target):
        link = f'<Relationship Id="r1" Type="{office}/{name}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}">{link}</Relationships>'

    files = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/book.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/sheet.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": relationship("officeDocument", "book.xml"),
        "_rels/book.xml.rels": relationship("worksheet", "sheet.xml"),
        "book.xml": f'<workbook xmlns="{sheet}" xmlns:r="{office}"><sheets>'
        '<sheet name="Figures" sheetId="1" r:id="r1"/></sheets></workbook>',
        "sheet.xml": f'<worksheet xmlns="{sheet}"><sheetData/></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')


def program_of(rows):
    """The program that makes the call of the row that its argument names."""
    arms = []
    for row in rows:
        crate = row["crate"].replace("-", "_")
        arms.append(
            f'        Some("{row["crate"]}") => {{\n            use {crate}::*;\n'
            f"            let client = Client::connect().await?;\n"
            f"            println!(\"{{}}\", client.{row['call']}.await?.text());\n        }}\n"
        )
    return (
        f"//! Makes one call of each server.\n\nconst WORK: &str = {json.dumps(str(WORK))};\n\n"
        "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
        "    let _ = WORK;\n    match std::env::args().nth(1).as_deref() {\n"
        + "".join(arms)
        + '        other => return Err(format!("there is no server {other:?}").into()),\n    }\n    Ok(())\n}\n'
    )


def play(program, row):
    status, out, err = environment.run([program, row["crate"]], 90, cwd=WORK)
    if status == 0 and row["part"].lower() in out.lower():
        return "yes"
    found = " ".join((out or err).split())[-300:]
    return f"no: expected {row['part']!r}, got {found!r}"


def failures(rows):
    for row in rows:
        if row["result"] != "yes":
            yield f"{row['package']} {row['version']}: {row['result']}"
