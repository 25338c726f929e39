"""What is said of statements, handed-over copies and what was left out, in Chinese: see `sentences`."""

from __future__ import annotations

STATED_PAIRS = (
    ("no document in this case shows the handing over", "本案没有显示该交付的文件"),
    ("entered in the register before it was handed over", "交付之前已登记"),
    ("the copy that was handed over is kept with its SHA-256", "交付的副本连同其 SHA-256 已留存"),
    ("purpose: {p}", "用途：{p}"),
    ("{n} canaries stand in this copy", "该副本中有 {n} 个金丝雀"),
    ("no evidence is named for it", "未注明证据"),
    ("line {r}", "线路 {r}"),
    ("line {r}, hand {h}", "线路 {r}，第 {h} 手"),
    ("line {r}, province {p}", "线路 {r}，省份 {p}"),
    ("line {r}, province {p}, hand {h}", "线路 {r}，省份 {p}，第 {h} 手"),
    # ------------------------------------------------------------------ what is left out of a file
    ("{n} protected source stands under a pseudonym", "{n} 个受保护信源以化名出现"),
    ("{n} protected sources stand under a pseudonym", "{n} 个受保护信源以化名出现"),
    ("{n} document of protected sources left out", "受保护信源的 {n} 份文件未列出"),
    ("{n} documents of protected sources left out", "受保护信源的 {n} 份文件未列出"),
    (
        "{n} name of protected sources too short to be looked for: read what is quoted before you hand it on",
        "受保护信源有 {n} 个名称太短，无法在文中查找：转交之前请通读引文",
    ),
    (
        "{n} names of protected sources too short to be looked for: read what is quoted before you hand it on",
        "受保护信源有 {n} 个名称太短，无法在文中查找：转交之前请通读引文",
    ),
    (
        "phone numbers, e-mail addresses and hashes of them are masked; hashes of files and findings stay whole",
        "电话号码、电子邮箱及其哈希值已脱敏；文件与结论的哈希值保持完整",
    ),
)
