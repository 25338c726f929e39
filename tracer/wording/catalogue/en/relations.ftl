### What is stated between two parties: one entry a relation, said in its own direction wherever it is shown.

relation-oem-of = { $a } sells the platform of { $b } under its own name
relation-refers-to = { $a } refers customers to { $b }
relation-provides-system-to = { $a } provides its system to { $b }
relation-supplies-line-to = { $a } supplies lines to { $b }
relation-calls-for = { $a } calls on behalf of { $b }
relation-scrapes = { $a } scrapes { $b }
relation-sold-to = { $a } sold data to { $b }
relation-owns = { $a } owns { $b }
relation-sanctions = { $a } sanctioned { $b }
relation-commits-to = { $a } made a commitment to { $b }
relation-blocks-line = { $a } blocked a line of { $b }
relation-reviews-script = { $a } reviews the call scripts of { $b }
