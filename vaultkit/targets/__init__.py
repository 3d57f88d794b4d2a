"""Publish targets: one module or package per kind, found by its name (`kind: site` is `targets/site/`).

There are two sorts. A `Target` turns an edition into files and does nothing else. It never sees the vault, writes
nothing, and knows nothing of generations, locks or manifests: `publish.plan`, `publish.audit` and `publish.apply` do
the same work for all of them. A `Place` takes the folder that was published so somewhere else: to a branch, a bucket, a
server. It has no form of its own (`format: site` names it), sees only what is live in the folder, and may fail without
harm to it. Both say with `options` which keys of the configuration are theirs. What a target must keep to:

- The same edition and settings give the same bytes, whatever the machine, locale, time zone or hash seed.
- A page stands exactly at `page.url`, tag pages at `edition.tags[..].url`, folder pages at `edition.folders[..].url`
  unless `taken`, the home page at `index.html` unless `edition.home` stands there. Whatever else a target makes for
  itself lies under `tags/`, `assets/` or `_vaultkit/`, or directly in the root under a name in
  `publish.address.RESERVED` (`404.html`, `feed.xml`): no note's address can be there.
- Assets are not outputs: apply copies each to its `url`, without metadata. A target only links to them.
- Links between files are relative (`publish.address.href`), so that a site works from any base path and as files.
- What a target prints depends on the edition, the settings, its own code and its literals alone: when none of them
  changed, it is not asked again.
- No inline script, style or event handler, and no link inside the site that leads nowhere: the audit refuses both.

What a place must keep to:

- It brings the bytes that `delivery.read` gives, which are the ones that were audited, and nothing else of the folder.
- What is ours there is written down there (`publish.ledger`). Whatever else is there is somebody's: it is never
  replaced without `force`, and never deleted.
- Cut off at any point, what readers get is the old or the new, or a mix without dead links; the next run goes on.
- Names of private notes are in reach by `delivery.plan`: of that it tells numbers, elsewhere.
- No argument of a program comes from a note. What runs a command asks `publish.trust`.
"""

from vaultkit.publish.page import Target
from vaultkit.publish.place import Place

__all__ = ["Place", "Target"]
