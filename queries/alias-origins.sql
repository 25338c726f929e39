-- Where lists were collected
-- answers: Which services do the addresses of each list name (`anna+shop@…`, `shop@anna.example`), and by which of them was it collected?
-- param dataset id = none: only this dataset
-- param origin text = none: only this service or party
-- column dataset id: the dataset
-- column origin text: name of the service; empty where none can be stated
-- column votes integer: people whose address names it
-- column addresses integer: people whose address names any service; nothing is stated under 20
-- column share number: share of the list that it collected, among services whose customers write such addresses
-- column low number: lower end of the share's range (95 %)
-- column high number: upper end
-- column background number: share of such addresses that name it in lists from elsewhere
-- column p_value number: chance that a list from elsewhere names it so often, over all names in the list
-- column stated boolean: whether it is stated to have collected the list, or a part of it
-- column party id: the party of that name
-- column reasons list: what it rests on, or why nothing is stated
-- column against list: what would make it wrong
SELECT dataset, origin, votes, addresses, share, low, high, background, p_value, stated, party, reasons, against
FROM views.alias_origins
WHERE ($dataset IS NULL OR dataset = $dataset) AND ($origin IS NULL OR origin = lower($origin) OR party = $origin)
ORDER BY dataset, stated DESC, p_value, votes DESC, origin
