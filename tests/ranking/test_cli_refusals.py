"""What the command line refuses: every fault in words, exit code 2, never a traceback."""

import re
from functools import partial

import pytest

from ranking.cli import words
from ranking.cli.command import main
from tests.command_line import DATA, FRAMEWORK, I_DATA, I_META, ROOT, written


@pytest.fixture
def tables(tmp_path):
    return partial(written, tmp_path)


@pytest.fixture
def problems(capsys):
    """Run the command in this process and give the lines in which it refuses."""

    def refuse(*arguments):
        try:
            code = main([str(part) for part in arguments])
        except SystemExit as stopped:
            code = stopped.code
        printed = capsys.readouterr()
        assert (code, printed.out) == (2, "")
        return printed.err.splitlines()

    return refuse


def test_every_problem_is_listed_with_file_row_and_column(tables, problems):
    data = 'code,name,a1,b1\nu1,One,NaN,5\nu1,Two,2,"1,000"\n,Three,4,3%\n'
    found = problems(*tables(data=data, experts="expert,A,B,a1\nx,60,30,\n"))

    assert len(found) == 6
    for part in (
        "data.csv, row 1, column a2: this column is missing",
        "data.csv, row 2, column a1: “NaN” is no usable number. Leave the cell empty",
        "data.csv, row 3, column code: the code u1 stands in row 2 already",
        "data.csv, row 4, column code: the code is empty",
        "experts.csv, row 1, column a2: this column is missing",
    ):
        assert any(line.startswith(part) for line in found), (part, found)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"data": ""}, "data.csv: is empty"),
        ({"data": "code,name,a1,a2,b1\n"}, "data.csv: units in this table: 0"),
        ({"data": b"\x00\x01"}, "data.csv: is not a text table"),
        ({"data": b"\xff\xfe\xff"}, "data.csv: is not a text table"),
        ({"data": DATA + '"open'}, "data.csv: is not a CSV table"),
        ({"data": DATA.replace("9,5", "9,1e999")}, "data.csv, row 2, column b1: “1e999” is no usable number"),
        ({"data": DATA.replace("9,5", "9,1e300")}, "data.csv, row 2, column b1: “1e300” is no usable number"),
        ({"data": DATA.replace("9,5", "inf,5")}, "data.csv, row 2, column a2: “inf” is no usable number"),
        ({"data": DATA.replace("9,5", "9,5,7")}, "data.csv, row 2: has 6 cells, the header 5"),
        ({"data": DATA.replace("a2", "a1")}, "data.csv, row 1, column a1: this column stands twice"),
        ({"data": DATA.replace("9", "")}, "data.csv: a2: these columns have empty cells"),
        ({"data": DATA.replace("u2,Two,2", "u2,Two,-2")}, "data.csv: a1: these columns have figures below 0"),
        ({"framework": ""}, "framework.csv: is empty"),
        ({"framework": "code,parent,direction\n"}, "framework.csv: holds no indicator"),
        (
            {"framework": "code,parent\nA,\n"},
            "framework.csv, row 1, column direction: this column is missing",
        ),
        (
            {"framework": FRAMEWORK.replace("b1,B", "b1,C")},
            "framework.csv, row 6, column parent: the parent C of b1",
        ),
        ({"framework": FRAMEWORK.replace("b1,B,,1", "b1,B,,up")}, "framework.csv, row 6, column direction: "),
        (
            {"framework": FRAMEWORK.replace("b1,", "a1,")},
            "framework.csv, row 6, column code: the code a1 stands in row 4",
        ),
        (
            {"framework": FRAMEWORK.replace("A,,A", "A,B,A").replace("B,,B", "B,A,B")},
            "framework.csv: A, B, a1",
        ),
        ({"framework": FRAMEWORK + "rank,B,,1\n"}, "framework.csv, row 7: rank is a column of the results"),
        (
            {"weights": "code,weight\nA,0.5\nB,0.4\na1,0.5\na2,0.5\n"},
            "weights.csv, column weight: the weights of A, B sum to 0.9",
        ),
        ({"weights": "code,weight\nA,0.5\nB,0.5\na1,0.5\n"}, "weights.csv: a2 has no row"),
        (
            {"weights": "code,weight\nA,0.5\nB,0.5\na1,-1\na2,2\n"},
            "weights.csv, row 4, column weight: the weight of a1",
        ),
        (
            {"weights": "code,weight\nA,1\nB,0\na1,1\na2,0\nz,1\n"},
            "weights.csv, row 6, column code: z is no code",
        ),
        ({"experts": "A,B,a1,a2\n60,30,50,50\n"}, "experts.csv, row 2: the points of A, B sum to 90"),
        ({"experts": "A,B,a1,a2\n60,40,50,\n"}, "experts.csv, row 2, column a2: no points; write 0"),
        ({"experts": "A,B,a1,a2\n60,40,150,-50\n"}, "experts.csv, row 2, column a2: -50 points"),
        ({"experts": "A,B,a1,a2\n"}, "experts.csv: holds no expert"),
        (
            {"framework": I_META.replace(",Indicator\n", ",Thing\n", 1)},
            "framework.csv, row 2, column Type: “Thing”",
        ),
        (
            {"framework": I_META.replace("Pillar2,Indicator", "Nowhere,Indicator")},
            "framework.csv, row 4, column Parent: ",
        ),
        (
            {"framework": I_META.replace("-1,1,%,NA,Pillar1", "-1,NA,%,NA,Pillar1")},
            "framework.csv, row 3, column Weight: ",
        ),
        ({"framework": I_META.replace("2,Pillar2", "3,Pillar2")}, "framework.csv, row 4, column Level: "),
        (
            {
                "framework": I_META,
                "data": I_DATA.replace("2,2018", "2,2019").replace('"BEL",2018', '"BEL",2017'),
            },
            "data.csv, column Time: holds 2 times",
        ),
    ],
)
def test_hostile_tables_are_refused_in_words(tables, problems, change, expected):
    found = problems(*tables(**change))

    assert any(line.startswith(expected) for line in found), found


def test_missing_files_and_folders_are_named(tables, problems, tmp_path):
    data, framework = tables()
    (tmp_path / "taken").write_text("a file")

    assert problems(tmp_path / "none.csv", framework) == [
        "none.csv: cannot be read: No such file or directory."
    ]
    assert problems(tmp_path, framework)[0].endswith("cannot be read: Is a directory.")
    assert "cannot be written" in problems(data, framework, "--out", tmp_path / "taken")[0]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            ["--normalization", "z_score", "--aggregation", "geometric"],
            "a1, a2, b1: these columns have scores below 0",
        ),
        (["--normalization", "none"], "a2: less is better in these columns"),
        (["--aggregation", "additive,additive,additive"], "names more or fewer rules"),
        (["--normalization", "goalposts"], "b1 has no lower and no upper, which the scale goalposts needs"),
        (["--alpha-sweep", "0,2"], "argument --alpha-sweep"),
        (["--alpha-sweep", "0,1", "--combination", "experts"], "mixes with the weights of the data"),
        (["--low", "100"], "--low must be below --high"),
        (["--outliers", "trim"], "argument --outliers"),
        (["--alpha", "2", "--combination", "linear"], "alpha must lie between 0 and 1"),
        (["--k", "0"], "k must be above 0"),
        (["--tolerance", "-1"], "the tolerance must be 0 or more"),
        (["--tiers", "ranks=3,2"], "borders of tiers must rise"),
        (["--tiers", "breaks=9"], "fewer different scores than tiers"),
        (["--concentration", "0"], "the concentration must be above 0"),
        (["--intervals", "experts"], "needs a table of experts"),
        (["--missing-group", "nowhere"], "column nowhere: --missing-group names this column"),
        (["--tiers", "ranks=three"], "argument --tiers"),
        (["--draws", "0"], "argument --draws"),
        (["--seed", "-1"], "argument --seed"),
        (["--aggregation", "sum"], "argument --aggregation"),
        (["--k", "nan"], "argument --k"),
    ],
)
def test_choices_that_cannot_be_used_are_refused_in_words(tables, problems, options, expected):
    found = problems(*tables(), *options)

    assert expected in found[-1].lower() or expected in found[-1], found


# Rooms that no recipe enters, and reasons that the options rule out beforehand.
OTHER_ROOMS = {"expert", "vikor", "topsis", "sobol", "study", "scenarios", "shift", "leave_out", "tree"}
OTHER_ROOMS |= {
    "panel",
    "pairs",
    "first_place",
    "treatment",
    "matrix",
    "used_table",
    "reduced_tree",
    "attribution",
    "what_if",
    "hybrid",
    "peers",
}
RULED_OUT = {"no_draws", "start_inside_block", "share_out_of_range", "coverage_out_of_range", "not_a_weight"}
RULED_OUT |= {"groups_do_not_match", "interval_reversed", "weights_do_not_match", "unknown_choice"}
RULED_OUT |= {"unknown_level", "unknown_method", "unknown_missing_rule", "unknown_negative_values"}
RULED_OUT |= {"unknown_column", "unknown_scaling", "z_score_without_mean", "explained_out_of_range"}


def test_every_reason_and_notice_that_a_recipe_can_meet_has_words():
    found = {"reasons": set(), "notices": set()}
    for path in [*(ROOT / "weighting" / "core").glob("*.py"), *(ROOT / "ranking" / "core").glob("*.py")]:
        if path.stem not in OTHER_ROOMS:
            text = path.read_text(encoding="utf-8")
            found["reasons"] |= set(re.findall(r'MatrixRefused\("(\w+)"', text))
            found["reasons"] |= set(re.findall(r'refuse_(?:where|columns)\([^"\n]*"(\w+)"', text))
            found["notices"] |= set(re.findall(r'Notice\("(\w+)"', text))

    assert found["reasons"] - RULED_OUT - set(words.REASONS) == set()
    assert found["notices"] - {"missing_cells"} - set(words.NOTICES) == set()
    assert len(found["reasons"]) > 25
    assert len(found["notices"]) > 5


REFERENCES = "code,lower,upper\na1,0,10\na2,0,10\nb1,0,10\n"


@pytest.mark.parametrize(
    ("scale", "references", "expected"),
    [
        ("goalposts", REFERENCES.replace("b1,0,10\n", ""), "references.csv: b1 has no lower and no upper"),
        (
            "goalposts",
            REFERENCES.replace("b1", "b9"),
            "references.csv, row 4, column code: b9 is no indicator",
        ),
        (
            "goalposts",
            REFERENCES.replace("upper", "above"),
            "references.csv, row 1, column upper: this column",
        ),
        (
            "goalposts",
            REFERENCES.replace("a2,0,10", "a2,10,10"),
            "data.csv: a2: the lower goalpost must be below",
        ),
        (
            "goalposts",
            REFERENCES.replace("a2,0", "a2,nix"),
            "references.csv, row 3, column lower: “nix” is no usable",
        ),
        ("min_max", REFERENCES, "references.csv: only the scales goalposts"),
        (
            "distance_to_target",
            "code,target\na1,1\na2,1\nb1,9\n",
            "data.csv: a1: the target of these columns is no",
        ),
        (
            "efficacy",
            "code,unacceptable,satisfactory\na1,0,9\na2,0,9\nb1,5,5\n",
            "data.csv: b1: satisfactory and unacceptable are equal",
        ),
        (
            "efficacy",
            "code,unacceptable,satisfactory\na1,0,9\na2,0,9\nb1,0,5\n",
            "data.csv: a2: satisfactory is worse than unacceptable",
        ),
    ],
)
def test_references_that_cannot_be_used_are_refused_in_words(tables, problems, scale, references, expected):
    found = problems(*tables(references=references), "--normalization", scale)

    assert any(line.startswith(expected) for line in found), found
