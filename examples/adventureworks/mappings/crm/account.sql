-- One row per customer: a store that resells, or a person who buys online. Persons have no name in
-- the exported tables and are called by their number. The tables say nothing of deletions, nor when
-- a customer was changed: each night reads them whole, as one version.
select
    customer.customerid as id,
    coalesce(store.storename, 'Customer ' || customer.customerid) as name,
    store.salespersonid as owner_id,
    case when customer.storeid is null then 'Person' else 'Store' end as type,
    territory.CountryRegionCode as billing_country,
    false as is_deleted,
    timestamp '2011-05-31' as system_modstamp
from source."seed_customer.csv" as customer
left join source."seed_store.csv" as store
    on customer.storeid = store.businessentityid
left join source."ms_SalesTerritory.tsv" as territory
    on customer.territoryid = territory.TerritoryID
