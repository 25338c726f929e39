### What an export leaves out.

left-out-sources =
    { $n ->
        [one] One protected source is named by a pseudonym.
       *[other] { $n } protected sources are named by pseudonyms.
    }
left-out-documents =
    { $n ->
        [one] One document of a protected source is left out.
       *[other] { $n } documents of protected sources are left out.
    }
left-out-short-names =
    { $n ->
        [one] One name of a protected source is too short to be searched for.
       *[other] { $n } names of protected sources are too short to be searched for.
    } Read what is quoted before you hand it on.
left-out-masked =
    Phone numbers, e-mail addresses and hashes of them are masked. Hashes of files and findings stay whole.
left-out-pictures = Pictures leave only by name: { $pictures }.
