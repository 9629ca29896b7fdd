ALTER TABLE songs RENAME TO tracks;
