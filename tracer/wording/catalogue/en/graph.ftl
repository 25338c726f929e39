### What the edges of the graph rest on, and what speaks against them.

graph-hidden = The list between them is inferred from the numbers; it has not been obtained.
error-canaries = A list from elsewhere holds so many records planted only in this copy with a chance of { $error }.
error-draw = A list from elsewhere fits the random draw of the marks so well with a chance of { $error }.
graph-canary-seen = Its number or address is in the list.
graph-signals =
    { $n } { $channel ->
        [call] { $n ->
            [one] call
           *[other] calls
        }
        [sms] { $n ->
            [one] text message
           *[other] text messages
        }
        [email] { $n ->
            [one] e-mail
           *[other] e-mails
        }
       *[other] { $channel }
    }.
graph-caller-forged = A caller’s number can be forged, and numbers that were given to no one are called too.
graph-planted =
    { $scheme ->
        [unique] Planted only in this copy.
        [pool] Planted in this copy and, by the code, in others.
        [pair] In this copy by the code, in one of a pair of versions.
       *[other] Planted in this copy ({ $scheme }).
    }
graph-own-list = It is the holder’s own list.
graph-register = It is a public register.
graph-origin-undocumented = No document in this case shows from whom the list was obtained.
graph-release-undocumented = No document in this case shows that the copy was handed over.
graph-registered = The copy was entered in the register before it was handed over.
graph-copy-kept = The copy that was handed over is kept with its SHA-256.
graph-purpose = Purpose: { $purpose }.
graph-canaries-inside =
    { $n ->
        [one] One planted record is in this copy.
       *[other] { $n } planted records are in this copy.
    }
graph-no-evidence = No evidence is named for it.
graph-line =
    Line { $line }{ $province ->
        [none] {""}
       *[other] {", "}{ $province }
    }{ $hand ->
        [none] .
       *[other] , hand { $hand } by its own statement.
    }
