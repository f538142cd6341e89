-- One row per sales order. An order is a deal that was won the day it was placed; the amount is the
-- subtotal, before tax and freight, with the four decimals it has: Winshare rounds it to the cent
-- once. Amounts are in dollars throughout; a currency rate on an order says in what the customer
-- was shown it. Orders of the web shop have no salesperson: they are nobody's, and say so.
select
    salesorderid as id,
    customerid as account_id,
    'SO' || salesorderid as name,
    coalesce(salespersonid, 'web-shop') as owner_id,
    case status
        when '1' then 'In process'
        when '2' then 'Approved'
        when '3' then 'Backordered'
        when '4' then 'Rejected'
        when '5' then 'Shipped'
        when '6' then 'Cancelled'
    end as stage_name,
    case when cast(onlineorderflag as boolean) then 'Web order' else 'Reseller order' end as type,
    cast(subtotal as decimal(24, 6)) as amount,
    'USD' as currency_iso_code,
    cast(orderdate as date) as close_date,
    -- the order's day begins at midnight in the company's zone
    timezone('UTC', timezone('America/Los_Angeles', cast(orderdate as timestamp))) as created_date,
    status in ('4', '5', '6') as is_closed,
    status = '5' as is_won,
    false as is_deleted,
    cast(modifieddate as timestamp) as system_modstamp
from source."seed_salesorderheader.csv"
