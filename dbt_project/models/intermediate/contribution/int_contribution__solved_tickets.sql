-- One row per support ticket that was solved and agent who had it.
with tickets as (
    select * from {{ ref('stg_support__tickets') }}
),

ticket_changes as (
    select * from {{ ref('stg_support__ticket_changes') }}
),

support_organizations as (
    select * from {{ ref('stg_support__organizations') }}
),

accounts as (
    select * from {{ ref('int_identity__accounts') }}
),

-- who solved a ticket is who was assigned when it was last set to solved (C13)
solved_changes as (
    select
        ticket_id_support,
        max(changed_at) as solved_at
    from ticket_changes
    where field_name = 'status' and new_value = 'solved'
    group by ticket_id_support
),

assignments as (
    select
        solved_changes.ticket_id_support,
        -- '' for a moment without an assignee: engines differ on null here
        coalesce(ticket_changes.new_value, '') as agent_user_id_support,
        ticket_changes.changed_at
    from solved_changes
    inner join ticket_changes
        on solved_changes.ticket_id_support = ticket_changes.ticket_id_support
        and ticket_changes.field_name = 'assignee_id'
        and ticket_changes.changed_at <= solved_changes.solved_at
),

solvers as (
    select
        ticket_id_support,
        nullif(max_by(agent_user_id_support, changed_at), '') as solver_user_id_support
    from assignments
    group by ticket_id_support
),

solved_tickets as (
    select
        tickets.ticket_id_support,
        coalesce(solvers.solver_user_id_support, tickets.assignee_user_id_support)
            as solver_user_id_support,
        coalesce(accounts.surviving_account_id_crm, support_organizations.account_id_crm)
            as account_id_crm,
        coalesce(solved_changes.solved_at, tickets.updated_at) as solved_at,
        tickets.known_at
    from tickets
    inner join support_organizations
        on tickets.organization_id_support = support_organizations.organization_id_support
    left join accounts
        on support_organizations.account_id_crm = accounts.account_id_crm
    left join solved_changes
        on tickets.ticket_id_support = solved_changes.ticket_id_support
    left join solvers
        on tickets.ticket_id_support = solvers.ticket_id_support
    where tickets.status in ('solved', 'closed')
),

carriers as (
    select distinct ticket_id_support, agent_user_id_support
    from assignments
    where agent_user_id_support <> ''
)

select
    ticket_id_support,
    solver_user_id_support as agent_user_id_support,
    'solved' as part,
    account_id_crm,
    solved_at,
    known_at
from solved_tickets
union all
select
    solved_tickets.ticket_id_support,
    carriers.agent_user_id_support,
    'carried' as part,
    solved_tickets.account_id_crm,
    solved_tickets.solved_at,
    solved_tickets.known_at
from carriers
inner join solved_tickets
    on carriers.ticket_id_support = solved_tickets.ticket_id_support
where carriers.agent_user_id_support
    is distinct from solved_tickets.solver_user_id_support
