### Probes: the sheet, what to know of it, and what the answers say.

probe-head-line = line
probe-head-ask = ask for
probe-head-international = international
probe-head-question = question
probe-head-found = found? (yes or no)
probe-head-name = name shown
probe-head-note = note
probe-question-phone = Whose number is { $asked }?
probe-question-email = Whose address is { $asked }?
probe-question-name = What do you have on { $asked }?

probe-planned =
    { $plan } asks { $service } { $questions ->
        [one] one question
       *[other] { $questions } questions
    } about { $copies ->
        [one] one copy
       *[other] { $copies } copies
    }. Later sheets may ask { $left } more.
probe-power =
    Where the service holds half of a copy and answers wrongly as often as stated, all sheets together name that copy in
    about { $cases } of 100 cases.
probe-needed = { $questions } questions would name it in 95 of 100 cases: `--most { $questions }`.
probe-design =
    More questions alone do not help: some copies have only { $own ->
        [0] no planted record
        [one] one planted record
       *[other] { $own } planted records
    } of their own, and { $pool ->
        [0] none is
        [one] one is
       *[other] { $pool } are
    } shared by a code. For many copies, release with `--unique 14 --pool 128 --bias 0.5`.
probe-yes-no =
    Without names each answer says little. To name one of { $copies } copies takes { $least } answers about planted records on
    average, however they are chosen, and for 95 of 100 services about twice as many. Those about people come on top.
probe-no-controls =
    The case has no control or unused identity to ask for. Without one, a service that says yes to anybody is noticed late.
    Import some with `tracer canary import --kind control`.
probe-people =
    { $people ->
        [one] One line is a person of the list.
       *[other] { $people } lines are people of the list.
    } Asking shows { $service } that somebody is interested in them.
probe-logged =
    { $service } may log every question. Once answers are loaded, the planted records that were asked are marked as burnt:
    later calls and mail to them may come from the question itself.

probe-named =
    { $service } holds records of { $copies }. Wrong answers, or planted records stolen from the copy together with the same
    people from elsewhere, would look like this with a chance of at most { $chance }.
probe-named-open =
    { $service } has records planted in { $copies }, and people of the list. It may not have the copy: a service with planted
    records stolen from it, and the same people from elsewhere, such as another copy, would look like this with a chance of
    { $chance }. Ask for more people whom the copy lacks: `--withheld`.
probe-none =
    The answers of { $service } name none of { $copies ->
        [one] the one copy
       *[other] the { $copies } copies
    } so far.
probe-blank =
    { $blank ->
        [one] One question has no answer yet.
       *[other] { $blank } questions have no answer yet.
    }
probe-next = Up to { $left } more questions may be asked: { $command }

probe-own =
    { $service } shows { $found } of the { $asked } records that were asked and are planted only in { $release }, the copy given
    to { $recipient }. By wrong answers alone a service would show so many with a chance of { $chance }.
probe-pool =
    The records shared by a code: { $found } of { $held } that this copy has are shown, and { $others } of { $lacking } that it
    lacks. An innocent copy would fit so well with a chance of { $chance }.
probe-ordinary = { $found } of { $asked } ordinary records of the copy are shown.
probe-withheld = { $found } of { $asked } records that this copy never had are shown.
probe-rows-missing =
    The planted records are shown, but not the ordinary records that should come with them ({ $asked } were asked). Somebody may
    have stolen or planted them, to put the blame on { $recipient }.
probe-withheld-held =
    { $found } of { $asked } records that this copy never had are shown, too. The service has the people from elsewhere, and the
    planted records may have been added.
probe-planted =
    A service with planted records stolen from the copy, and the same people from elsewhere, would look like this with a
    chance of { $chance }.
probe-home =
    { $n ->
        [one] A planted record that is in your own database only is shown.
       *[other] { $n } planted records that are in your own database only are shown.
    } The leak may be your own.
probe-siblings =
    { $found } of { $asked } records planted only in other copies are shown, and no other copy is named. Several leaks may have
    been merged, or the register of planted records leaked.
probe-controls =
    { $found } of { $asked } identities that were never handed out are shown. The service answers wrongly more often than stated.
probe-no-names =
    The service showed no names, so each yes may be a wrong answer ({ $wrong } at most, as stated).{ $bluff ->
        [yes] {" "}It says yes to others nearly as often.
       *[other] {""}
    }
