-- One row per currency and day: the average rate of the day, in units of the currency for a dollar.
-- Rate dates in the export are 4,017 days later than the orders.
with rates as (
    select
        FromCurrencyCode as from_currency_code,
        ToCurrencyCode as to_currency_code,
        cast(AverageRate as decimal(18, 9)) as fx_rate,
        cast(CurrencyRateDate as date) - 4017 as valid_from_date
    from source."ms_CurrencyRate.tsv"
    where FromCurrencyCode <> ToCurrencyCode
)

select
    from_currency_code,
    to_currency_code,
    fx_rate,
    'AdventureWorks CurrencyRate, average of the day' as rate_source,
    valid_from_date,
    coalesce(
        lead(valid_from_date) over (
            partition by from_currency_code, to_currency_code order by valid_from_date
        ),
        valid_from_date + 1
    ) as valid_to_date
from rates
