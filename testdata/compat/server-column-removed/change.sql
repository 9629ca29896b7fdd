ALTER TABLE songs DROP COLUMN note, ADD COLUMN remark text;
