"""Running the command line as its users do, and the small tables it is run on."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARD = """
import sys
class Guard:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "config", "celery"):
            raise AssertionError(f"imported {name}")
sys.meta_path.insert(0, Guard())
from ranking.cli.command import main
code = main(sys.argv[1:])
assert {name for name in sys.modules if name.startswith("survey")} <= {"survey", "survey.formulas"}
assert not {"django", "config"} & {name.split(".")[0] for name in sys.modules}
sys.exit(code)
"""
FRAMEWORK = "code,parent,name,direction\nA,,A,1\nB,,B,1\na1,A,,1\na2,A,,-1\nb1,B,,1\n"
DATA = "code,name,a1,a2,b1\nu1,One,1,9,5\nu2,Two,2,8,1\nu3,Three,4,2,3\n"
# COINr's tables: column names and Types as in `check_iMeta` and `check_iData` of COINr 1.1.14.
I_META = """Level,iCode,iName,Direction,Weight,Unit,Denominator,Parent,Type
1,Goods,Trade in goods,1,2,USD,GDP,Pillar1,Indicator
1,Tariff,Mean tariff,-1,1,%,NA,Pillar1,Indicator
1,Forest,Forest loss,-1,1,%,NA,Pillar2,Indicator
2,Pillar1,Economy,1,1,Score,NA,Index,Aggregate
2,Pillar2,Nature,1,3,Score,NA,Index,Aggregate
3,Index,The index,1,1,Score,NA,NA,Aggregate
NA,GDP,GDP,NA,NA,USD,NA,NA,Denominator
NA,Size,Size group,NA,NA,NA,NA,NA,Group
NA,Remark,Remark,NA,NA,NA,NA,NA,Other
"""
I_DATA = """"","uName","uCode","Time","GDP","Size","Remark","Goods","Tariff","Forest"
"1","Aland","ALA",2018,100,"S","x",10,4,NA
"2","Beland","BEL",2018,200,"S",NA,30,2,1.5
"3","Celand","CEL",2018,300,"L","y",20,8,3.5
"4","Deland","DEL",2018,400,"L","z",40,6,2.5
"""


def written(folder, **texts):
    """Write tables by name and give the arguments that name them; data and framework are good ones by default."""
    texts = {"data": DATA, "framework": FRAMEWORK} | texts
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text, encoding="utf-8")
    extra = [
        part
        for name in ("experts", "weights", "references")
        if name in texts
        for part in (f"--{name}", folder / f"{name}.csv")
    ]
    return [folder / "data.csv", folder / "framework.csv", *extra]


def run(*arguments, guarded=False):
    start = ["-c", GUARD] if guarded else ["-m", "ranking.cli"]
    kernels = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    env = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
    } | kernels  # bits hang on the kernel of the processor
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        env=env,
        cwd=os.sep,
        capture_output=True,
        encoding="utf-8",
    )


def document(*arguments):
    done = run(*arguments, "--json", guarded=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
