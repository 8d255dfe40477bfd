-- Whether the medium of an interrupted attempt is still to be read: until now that was known by what the remedy says.
alter table attempt add column medium_unread integer not null default 0 check (medium_unread in (0, 1));
update attempt set medium_unread = 1
where state = 'interrupted'
  and json_extract(medium_after, '$.remedy')
    like 'The worker died while the medium was altered. It is read as soon as its drive answers%';
