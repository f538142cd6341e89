-- One row per system, identity value and validity.
with employees as (
    select * from {{ ref('int_identity__employees') }}
),

spells as (
    select * from {{ ref('int_identity__employee_spells') }}
),

worker_emails as (
    select * from {{ ref('stg_hr__worker_emails') }}
),

crm_users as (
    select * from {{ ref('stg_crm__users') }}
),

support_users as (
    select * from {{ ref('stg_support__users') }}
),

identity_references as (
    select * from {{ ref('int_identity__references') }}
),

identity_aliases as (
    select * from {{ ref('stg_policy__identity_aliases') }}
),

excluded_identities as (
    select * from {{ ref('stg_policy__excluded_identities') }}
),

-- every value that may stand for a person, with what else the system says about it
known_values as (
    select 'crm' as system, user_id_crm as identity_value, email, employee_number
    from crm_users
    union all
    select 'support' as system, user_id_support as identity_value, email, null as employee_number
    from support_users
    where role <> 'end-user'
    union all
    select distinct 'email' as system, email as identity_value, email, null as employee_number
    from worker_emails
),

identity_values as (
    select
        coalesce(known_values.system, identity_references.system) as system,
        coalesce(known_values.identity_value, identity_references.identity_value) as identity_value,
        case
            when identity_references.is_email then identity_references.identity_value
            else known_values.email
        end as email,
        known_values.employee_number,
        coalesce(identity_references.row_count, 0) as row_count
    from known_values
    full outer join identity_references
        on known_values.system = identity_references.system
        and known_values.identity_value = identity_references.identity_value
),

emails_of_employees as (
    select
        worker_emails.email,
        min(spells.employee_key) as employee_key,
        count(distinct spells.employee_key) as employee_count
    from worker_emails
    inner join spells
        on worker_emails.worker_id_hr = spells.worker_id_hr
    group by worker_emails.email
),

-- policy may name a value by its id or by its address, in one system or in all
aliases as (
    select
        identity_aliases.system,
        {{ sf_id_18('identity_aliases.alias_value') }} as alias_value,
        identity_aliases.alias_value as alias_email,
        employees.employee_key,
        identity_aliases.valid_from_date,
        identity_aliases.valid_to_date
    from identity_aliases
    left join employees
        on identity_aliases.employee_number = employees.employee_number
),

exclusions as (
    select
        system,
        {{ sf_id_18('identity_value') }} as excluded_value,
        identity_value as excluded_email
    from excluded_identities
),

excluded_values as (
    select distinct identity_values.system, identity_values.identity_value
    from identity_values
    inner join exclusions
        on (
            identity_values.system = exclusions.system
            and identity_values.identity_value = exclusions.excluded_value
        )
        or (
            exclusions.system in (identity_values.system, 'email')
            and identity_values.email = exclusions.excluded_email
        )
),

aliased_values as (
    select distinct
        identity_values.system,
        identity_values.identity_value,
        aliases.employee_key,
        aliases.valid_from_date,
        aliases.valid_to_date
    from identity_values
    inner join aliases
        on (
            identity_values.system = aliases.system
            and identity_values.identity_value = aliases.alias_value
        )
        or (
            aliases.system in (identity_values.system, 'email')
            and identity_values.email = aliases.alias_email
        )
),

-- an employee number and an address that lead to two people lead to nobody (C05)
matched_values as (
    select
        identity_values.system,
        identity_values.identity_value,
        identity_values.row_count,
        by_number.employee_key as number_employee_key,
        by_email.employee_key as email_employee_key,
        coalesce(by_email.employee_count, 0) as email_employee_count,
        excluded_values.identity_value is not null as is_excluded
    from identity_values
    left join employees as by_number
        on identity_values.employee_number = by_number.employee_number
    left join emails_of_employees as by_email
        on identity_values.email = by_email.email
    left join excluded_values
        on identity_values.system = excluded_values.system
        and identity_values.identity_value = excluded_values.identity_value
),

judged_values as (
    select
        *,
        case
            when is_excluded then 'excluded'
            when number_employee_key is not null and email_employee_count = 0 then 'employee'
            when number_employee_key is not null and email_employee_count = 1
                and number_employee_key = email_employee_key then 'employee'
            when number_employee_key is null and email_employee_count = 1 then 'employee'
            when number_employee_key is null and email_employee_count = 0 then 'unknown'
            else 'ambiguous'
        end as resolution_code
    from matched_values
)

-- an alias of policy speaks where number and address find nobody, or two people
select
    judged_values.system,
    judged_values.identity_value,
    case
        when judged_values.resolution_code = 'employee'
        then coalesce(judged_values.number_employee_key, judged_values.email_employee_key)
        else aliased_values.employee_key
    end as employee_key,
    coalesce(aliased_values.valid_from_date, cast('1900-01-01' as date)) as valid_from_date,
    coalesce(aliased_values.valid_to_date, {{ open_end() }}) as valid_to_date,
    judged_values.row_count,
    case
        when aliased_values.employee_key is not null then 'employee'
        when aliased_values.identity_value is not null then 'unknown'
        else judged_values.resolution_code
    end as resolution_code
from judged_values
left join aliased_values
    on judged_values.system = aliased_values.system
    and judged_values.identity_value = aliased_values.identity_value
    and judged_values.resolution_code in ('unknown', 'ambiguous')
