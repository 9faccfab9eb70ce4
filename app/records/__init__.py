"""What any record has: number, audit, intervals, timeline, attachments, links, watchers, picklists."""
