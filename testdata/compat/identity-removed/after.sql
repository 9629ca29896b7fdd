CREATE TABLE plays (id bigint PRIMARY KEY);
