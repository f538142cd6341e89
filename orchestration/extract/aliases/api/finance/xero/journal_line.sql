-- One row per line of a journal.
select
    line ->> 'JournalLineID' as journal_line_id,
    journal.JournalID as journal_id,
    line ->> 'AccountID' as account_id,
    line ->> 'AccountCode' as account_code,
    line ->> 'Description' as description,
    line ->> 'NetAmount' as net_amount
from source.journal, unnest(from_json(journal.JournalLines, '["JSON"]')) as listed(line)
