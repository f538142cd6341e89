-- Fails if the company's settings name more than one time zone, whatever their dates: another zone
-- moves days across midnight, and with them deals out of periods that are closed and paid.
select max(time_zone) as time_zone
from {{ ref('stg_policy__company_settings') }}
having count(distinct time_zone) > 1
