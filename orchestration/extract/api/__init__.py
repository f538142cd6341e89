"""The way in over a vendor's own API: pages land as they came, then are read like any tables.

`sending` one request, `paging` one list, `pages` what landed, `progress` where the next night
begins, `records` from pages to tables, `way` all of it for one domain. A vendor is one file in
`vendors/` and its names in `aliases/api/`.
"""
