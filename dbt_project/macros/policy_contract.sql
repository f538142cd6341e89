{#-
    What a rule of policy needs to know about the tables of policy: data, not code. Read by
    int_bonus__policy_findings, which holds what no list can say.
-#}
{%- macro policy_contract() -%}
{%- set dated_tables = {
    'fx_rates': ['from_currency_code', 'to_currency_code'],
    'company_settings': [],
    'functions': ['function'],
    'function_mappings': ['source_field', 'source_value'],
    'funnel_definitions': ['subject', 'source_field', 'source_value'],
    'contribution_types': ['source_table', 'source_value'],
    'interaction_kinds': ['kind'],
    'collaboration_settings': [],
    'attribution_settings': ['book', 'attribution_model'],
    'plan_assignments': ['plan_key', 'assignee_type', 'assignee_code'],
    'pay_gates': ['plan_component_key', 'pay_gate'],
    'pools': ['pool_key'],
    'component_goals': ['plan_component_key', 'goal_key'],
    'recognition_rules': ['plan_component_key'],
    'mentor_rules': ['plan_component_key'],
    'eligibility_rules': ['plan_component_key', 'rule_code'],
    'disposition_rules': ['plan_component_key', 'reason_code'],
    'identity_aliases': ['system', 'alias_value'],
    'draws': ['employee_number', 'plan_component_key', 'draw_type'],
    'overrides': ['overridden_input', 'employee_number', 'opportunity_id_crm', 'book', 'measure',
                  'period_key'],
} %}
{%- set accounts = ['payable', 'held', 'carried', 'receivable', 'in_review'] %}
{%- set codes = [
    ('plan_components', 'component_type',
     ['commission', 'contribution_bonus', 'success_bonus', 'profit_share', 'team_target',
      'kpi_bonus', 'recognition_award', 'growth_project', 'mentor_bonus', 'spif']),
    ('plan_components', 'credit_date_rule', ['won_date']),
    ('plan_components', 'tier_method', ['marginal', 'retroactive']),
    ('plan_components', 'negative_attainment_rule', ['none', 'carry']),
    ('plan_components', 'release_rule', ['booking', 'invoice', 'payment', 'dated_shares']),
    ('plan_components', 'book',
     ['hard', 'overlay', 'hard_rollup', 'overlay_rollup', 'contribution']),
    ('plan_components', 'proration_basis', ['calendar_days', 'none']),
    ('plan_components', 'leaver_rule', ['review', 'pay']),
    ('pools', 'funding_type', ['rate_of_measure', 'fixed_amount', 'profit_rate_after_bonus']),
    ('pools', 'share_rule', ['contribution_credit', 'salary_days']),
    ('pools', 'unallocated_pool_policy', ['lapse', 'redistribute']),
    ('pools', 'pool_scope', ['company', 'segment', 'deal']),
    ('pools', 'cap_policy', ['lapse', 'redistribute']),
    ('pay_gates', 'gate_basis', ['before_bonus', 'after_bonus']),
    ('payout_curves', 'interpolation', ['linear', 'step']),
    ('component_goals', 'subject', ['company', 'function', 'employee']),
    ('component_goals', 'direction', ['at_least', 'at_most']),
    ('component_goals', 'unscored_rule', ['zero', 'redistribute']),
    ('recognition_rules', 'ring_rule', ['hold', 'exclude']),
    ('recognition_rules', 'manager_rule', ['pay', 'hold', 'exclude']),
    ('mentor_rules', 'progress_measure', ['sessions', 'contribution_credit', 'help_given']),
    ('mentor_rules', 'manager_rule', ['pay', 'hold', 'exclude']),
    ('projects', 'measure', ['bookings', 'deal_count']),
    ('spifs', 'measure', ['bookings', 'deal_count']),
    ('spifs', 'award_type', ['per_deal', 'ranking']),
    ('spifs', 'tie_rule', ['share', 'first']),
    ('plan_assignments', 'assignee_type', ['everyone', 'function', 'job_profile', 'employee']),
    ('quotas', 'assignee_type', ['job_profile', 'employee']),
    ('quotas', 'measure', ['bookings', 'team_bookings']),
    ('eligibility_rules', 'rule_code',
     ['min_service_days', 'employed_at_period_end', 'active_at_payment']),
    ('function_mappings', 'source_field', ['organization_code', 'job_profile_id']),
    ('contribution_types', 'source_table',
     ['crm.opportunity', 'crm.opportunity_split', 'crm.opportunity_team_member', 'crm.task',
      'crm.event', 'crm.contact', 'crm.lead', 'marketing.activity', 'marketing.activity_author',
      'product_usage.feature_request', 'product_usage.event_daily', 'support.ticket',
      'support.satisfaction_rating', 'collaboration.answer', 'collaboration.article_use',
      'collaboration.introduction', 'collaboration.insight']),
    ('funnel_definitions', 'subject', ['lead', 'opportunity']),
    ('attribution_settings', 'book', ['hard', 'overlay', 'contribution']),
    ('interaction_kinds', 'kind',
     ['answer', 'introduction', 'contact_shared', 'knowledge_reuse', 'mentoring', 'deal_help',
      'meeting']),
    ('ledger_measures', 'sign', [-1, 1]),
    ('opening_balances', 'account', accounts),
    ('draws', 'draw_type', ['recoverable', 'guarantee', 'forgiveness']),
    ('overrides', 'overridden_input', ['credited_amount', 'quota']),
    ('disposition_rules', 'account', ['held', 'carried', 'receivable', 'in_review']),
    ('disposition_rules', 'reason_code',
     ['finance_period_not_closed', 'gate_closed_after_posting', 'left_before_payment',
      'quota_missing', 'quota_zero', 'rate_table_missing', 'salary_missing',
      'below_minimum_payment', 'negative_balance', 'not_invoiced', 'not_paid_by_customer',
      'release_date_ahead', 'award_ring', 'manager_award']),
] %}
{#- An alias may name a joiner whom HR does not know yet: it stands for nobody until then. -#}
{%- set references = [
    ('company_settings', 'plan_currency_code', 'currencies', 'currency_code'),
    ('fx_rates', 'from_currency_code', 'currencies', 'currency_code'),
    ('fx_rates', 'to_currency_code', 'currencies', 'currency_code'),
    ('function_mappings', 'function', 'functions', 'function'),
    ('funnel_definitions', 'owner_function', 'functions', 'function'),
    ('contribution_types', 'function', 'functions', 'function'),
    ('fiscal_calendar', 'parent_period_key', 'fiscal_calendar', 'period_key'),
    ('plan_components', 'period_type', 'fiscal_calendar', 'period_type'),
    ('plan_components', 'rate_table_key', 'rate_tables', 'rate_table_key'),
    ('plan_components', 'pool_key', 'pools', 'pool_key'),
    ('plan_components', 'release_schedule_key', 'release_shares', 'release_schedule_key'),
    ('plan_assignments', 'plan_key', 'plan_components', 'plan_key'),
    ('plan_assignments', 'rate_table_key', 'rate_tables', 'rate_table_key'),
    ('pay_gates', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('pay_gates', 'measure', 'measures', 'measure'),
    ('pools', 'measure', 'measures', 'measure'),
    ('component_goals', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('component_goals', 'payout_curve_key', 'payout_curves', 'payout_curve_key'),
    ('recognition_rules', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('mentor_rules', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('projects', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('projects', 'payout_curve_key', 'payout_curves', 'payout_curve_key'),
    ('project_members', 'project_key', 'projects', 'project_key'),
    ('project_members', 'employee_number', 'employees', 'employee_number'),
    ('spifs', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('spif_prizes', 'spif_key', 'spifs', 'spif_key'),
    ('targets', 'measure', 'measures', 'measure'),
    ('targets', 'period_key', 'fiscal_calendar', 'period_key'),
    ('quotas', 'period_key', 'fiscal_calendar', 'period_key'),
    ('eligibility_rules', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('disposition_rules', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('opening_balances', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('opening_balances', 'employee_number', 'employees', 'employee_number'),
    ('draws', 'employee_number', 'employees', 'employee_number'),
    ('adjustments', 'employee_number', 'employees', 'employee_number'),
    ('adjustments', 'plan_component_key', 'plan_components', 'plan_component_key'),
    ('adjustments', 'period_key', 'fiscal_calendar', 'period_key'),
    ('overrides', 'employee_number', 'employees', 'employee_number'),
    ('overrides', 'period_key', 'fiscal_calendar', 'period_key'),
] %}
{%- set money = {
    'quotas': ['quota_amount'], 'targets': ['target_amount'], 'pools': ['fixed_amount'],
    'plan_components': ['minimum_payment_amount', 'order_cap_amount', 'order_fixed_amount',
                        'period_cap_amount'],
    'opening_balances': ['balance_amount'], 'draws': ['draw_amount'],
    'adjustments': ['adjustment_amount'], 'overrides': ['override_amount'],
    'recognition_rules': ['award_amount'], 'mentor_rules': ['award_amount'],
    'projects': ['bonus_amount'], 'spifs': ['budget_amount', 'award_amount'],
    'spif_prizes': ['prize_amount'],
} %}
{%- set bounds = [
    ('rate_tables', 'rate', 0, 1),
    ('plan_components', 'target_rate', 0, 1),
    ('plan_components', 'minimum_payment_amount', 0, none),
    ('plan_components', 'order_cap_amount', 0, none),
    ('plan_components', 'order_fixed_amount', 0, none),
    ('plan_components', 'period_cap_amount', 0, none),
    ('plan_components', 'period_cap_rate', 0, none),
    ('release_shares', 'release_share', 0, 1),
    ('draws', 'draw_amount', 0, none),
    ('overrides', 'override_amount', 0, none),
    ('release_shares', 'days_after_win', 0, none),
    ('pools', 'funding_rate', 0, 1),
    ('pay_gates', 'least_attainment', 0, 1),
    ('payout_curves', 'attainment', 0, none),
    ('payout_curves', 'payout_rate', 0, 10),
    ('component_goals', 'weight', 0, 1),
    ('pools', 'cap_rate', 0, 1),
    ('recognition_rules', 'award_amount', 0, none),
    ('recognition_rules', 'allowance_per_month', 0, none),
    ('recognition_rules', 'max_per_pair_month', 0, none),
    ('mentor_rules', 'award_amount', 0, none),
    ('mentor_rules', 'least_session_count', 1, none),
    ('mentor_rules', 'least_progress_rate', 0, none),
    ('mentor_rules', 'max_mentee_count', 0, none),
    ('projects', 'target', 1, none),
    ('projects', 'bonus_amount', 0, none),
    ('project_members', 'share', 0, 1),
    ('spifs', 'award_amount', 0, none),
    ('spifs', 'budget_amount', 0, none),
    ('spif_prizes', 'place', 1, none),
    ('spif_prizes', 'prize_amount', 0, none),
    ('component_goals', 'least_record_count', 0, none),
    ('pools', 'fixed_amount', 0, none),
    ('quotas', 'quota_amount', 0, none),
    ('contribution_types', 'weight', 0, none),
    ('contribution_types', 'lookback_days', 0, none),
    ('contribution_types', 'max_backdating_days', 0, none),
    ('currencies', 'minor_digits', 0, 4),
    ('company_settings', 'min_group_size', 2, none),
    ('company_settings', 'least_rating_count', 1, none),
    ('eligibility_rules', 'threshold', 0, none),
    ('interaction_kinds', 'max_per_pair_month', 0, none),
    ('collaboration_settings', 'tie_window_days', 1, none),
    ('collaboration_settings', 'tie_interaction_count', 1, none),
    ('collaboration_settings', 'expertise_half_life_days', 1, none),
    ('collaboration_settings', 'steady_group_size', 0, none),
] %}
{%- set kpi_codes = [
    'lead_quality', 'lead_conversion', 'feature_adoption', 'requests_shipped', 'satisfaction',
    'repeat_sales', 'referrals', 'insights_adopted', 'pricing_approval_hours',
    'contract_review_hours',
] %}
{%- set row_keys = {
    'currencies': ['currency_code'],
    'functions': ['function'],
    'fiscal_calendar': ['period_key'],
    'plan_components': ['plan_component_key', 'plan_version'],
    'rate_tables': ['rate_table_key', 'tier'],
    'release_shares': ['release_schedule_key', 'share_number'],
    'payout_curves': ['payout_curve_key', 'point'],
    'projects': ['project_key'],
    'project_members': ['project_key', 'employee_number'],
    'spifs': ['spif_key'],
    'spif_prizes': ['spif_key', 'place'],
    'quotas': ['assignee_type', 'assignee_code', 'measure', 'period_key'],
    'targets': ['measure', 'period_key'],
    'ledger_measures': ['measure', 'account_type'],
    'opening_balances': ['employee_number', 'plan_component_key', 'account'],
    'adjustments': ['adjustment_id'],
    'overrides': ['override_id'],
} %}
{%- for table, key in dated_tables.items() if table not in row_keys %}
    {%- do row_keys.update({table: key + ['valid_from_date']}) %}
{%- endfor %}
{{- return({
    'dated_tables': dated_tables, 'codes': codes, 'references': references, 'money': money,
    'bounds': bounds, 'row_keys': row_keys, 'kpi_codes': kpi_codes,
}) -}}
{%- endmacro %}

{#- What names a row of a policy table in a finding: its key, never an amount. -#}
{%- macro policy_row_key(table, alias='') -%}
    {%- for column in policy_contract()['row_keys'][table] -%}
        coalesce(cast({{ alias }}{{ column }} as string), '')
        {{- " || ' / ' || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- True for a validity that ends before it begins, and for both of two that share a day. -#}
{%- macro overlaps_neighbour(key) -%}
    {%- set window -%}
        over (
            partition by {{ (key or ['1']) | join(', ') }}
            order by valid_from_date asc nulls last, valid_to_date asc nulls last
        )
    {%- endset -%}
    valid_to_date <= valid_from_date
            or coalesce(lead(valid_from_date) {{ window }} < valid_to_date, false)
            or coalesce(lag(valid_to_date) {{ window }} > valid_from_date, false)
{%- endmacro %}
