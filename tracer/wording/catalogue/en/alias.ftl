### Services that addresses name: `anna+shop@…`, `shop@anna.example`.

alias-names = { $votes } of the { $addresses } addresses in { $dataset } that name a service name { $origin }.
alias-usual = In a list from elsewhere, about { $share } of such addresses name { $origin }.
alias-share =
    Between { $low } and { $high } of the list was collected by { $origin } (95% range), if other services’ customers
    write such addresses about as often.
alias-block =
    Most of the addresses that name { $origin } are close together, in rows { $first } to { $last } of { $rows }. Either
    that part of the list comes from there, or someone added them together.
alias-planted =
    Someone could have added these { $votes } addresses to make it look as if the list came from { $origin }. Ask some
    of these people whether they gave { $origin } that address.
alias-where =
    The addresses show where people left them, not who passed them on. { $origin } may have sold, shared or lost the
    records long ago, and so may everyone who has held them since.
alias-silent = A part of the list whose people never write such addresses leaves no sign.
alias-few =
    { $n ->
        [0] No address in { $dataset } names a service.
        [one] One address in { $dataset } names a service.
       *[other] { $n } addresses in { $dataset } name a service.
    } Nothing is stated under { $least }. A longer list from the same source would help.
alias-none =
    { $n } addresses in { $dataset } name a service, and none is named more often than in lists from elsewhere.
alias-hashed = { $dataset } holds hashes, which do not show what the addresses say.
alias-not-kept =
    { $dataset } was loaded by an earlier version, which did not keep what the addresses say. It would have to
    be loaded again.
