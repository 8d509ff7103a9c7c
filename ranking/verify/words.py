"""What the verifier says, in English and Chinese."""

REASONS = {
    "no_file": ("This file cannot be opened.", "无法打开这个文件。"),
    "not_a_zip": ("This is not a whole zip file.", "这不是完整的 zip 文件。"),
    "too_large": (
        "This file is larger than a bundle may be (256 MB).",
        "文件超过发布包允许的大小(256 MB)。",
    ),
    "too_many_files": (
        "There are more files in it than a bundle has (100).",
        "包内文件多于发布包允许的数目(100 个)。",
    ),
    "odd_name": ("It holds a file with a name that no bundle has", "包内有发布包不会使用的文件名"),
    "compressed": ("It holds a compressed or encrypted file", "包内有压缩或加密的文件"),
    "name_twice": ("Two files have the same name", "有两个文件同名"),
    "no_manifest": (
        "There is no manifest in it, so it is no bundle.",
        "包内没有清单(manifest.json),不是发布包。",
    ),
    "bad_json": ("This file is not the JSON that a bundle holds", "该文件不是发布包所用的 JSON"),
    "bad_table": ("This table does not have the form that a bundle has", "该表格不符合发布包的格式"),
    "bad_number": (
        "A cell of this table is not a number of the usual range",
        "该表格中有单元格不是常规范围内的数字",
    ),
    "bad_key": (
        "The file given by --key holds no Ed25519 public key.",
        "--key 所给的文件中没有 Ed25519 公钥。",
    ),
}
TEXTS = {
    "cannot_be_read": ("Cannot be read: {}", "无法读取:{}"),
    "holds": (
        "The bundle holds. {study}, revision {revision}: {units} listed units, {answers} answers.",
        "核验通过。{study},第 {revision} 版:榜单 {units} 个单位,{answers} 份答卷。",
    ),
    "checked": (
        "Checked: signature, hashes of all files, receipts; weights, scores, ranks and tiers worked out from the data.",
        "已核验:签名、每个文件的哈希、回执,以及由数据重新计算的权重、得分、名次和梯队。",
    ),
    "intervals": (
        "Checked too: the experts' weights and the rank intervals, from every answer.",
        "另已核验:由每份答卷重新计算的专家权重和名次区间。",
    ),
    "no_intervals": (
        "Not checked: the experts' weights and the rank intervals; they need the single answers, which auditors have.",
        "未核验:专家权重和名次区间;这需要逐份答卷,只有审计员持有。",
    ),
    "not_pinned": (
        "The signature is by the key inside the bundle. Whose key that is, only --key with a key of your own tells.",
        "签名由包内的公钥核验。要确认公钥属于谁,请用另行取得的公钥并加 --key 参数。",
    ),
    "pinned": ("The signature is by the key you gave.", "签名出自您给出的公钥。"),
    "rehearsal": (
        "This is a rehearsal: its answers are simulated.",
        "这是一次演练,其中的答卷是模拟的。",
    ),
    "differs": (
        "The bundle does NOT hold: {count} differences. First: {field}",
        "核验未通过:{count} 处不一致。首先是:{field}",
    ),
    "stated": ("  stated: {}", "  所载:{}"),
    "found": ("  found:  {}", "  实得:{}"),
    "more": ("Further fields: {}", "其他不一致之处:{}"),
}


def said(name: str, chinese: bool, *values, **named) -> str:
    """A text in the language asked for."""
    return TEXTS[name][chinese].format(*values, **named)


def reason(name: str, file: str, chinese: bool) -> str:
    """Why a file is no bundle, as a sentence."""
    text = REASONS[name][chinese]
    return f"{text}{':' if chinese else ': '}{file}" if file else text
