-- Figures of companies that policies for companies look at: one row per company and register, brought up to date by its owner.
CREATE TABLE registers.company_insurance (
    credit_code text COLLATE "C" PRIMARY KEY,
    insured_staff integer NOT NULL,
    staff_a_year_ago integer NOT NULL,
    graduates_hired integer NOT NULL DEFAULT 0,
    hardship_hired integer NOT NULL DEFAULT 0,
    veterans_hired integer NOT NULL DEFAULT 0,
    disabled_staff integer NOT NULL DEFAULT 0,
    trained_staff integer NOT NULL DEFAULT 0,
    interns integer NOT NULL DEFAULT 0,
    arrears boolean NOT NULL DEFAULT false,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.tax_filing (
    credit_code text COLLATE "C" PRIMARY KEY,
    turnover_yuan bigint NOT NULL,
    turnover_before_yuan bigint,
    paid_yuan bigint NOT NULL,
    research_yuan bigint NOT NULL DEFAULT 0,
    grade text NOT NULL DEFAULT 'M',
    arrears boolean NOT NULL DEFAULT false,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.innovation (
    credit_code text COLLATE "C" PRIMARY KEY,
    hightech_until date,
    patents_granted integer NOT NULL DEFAULT 0,
    invention_patents integer NOT NULL DEFAULT 0,
    specialised text NOT NULL DEFAULT '0',
    standard_led boolean NOT NULL DEFAULT false,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.operation (
    credit_code text COLLATE "C" PRIMARY KEY,
    equipment_yuan bigint NOT NULL DEFAULT 0,
    digital_yuan bigint NOT NULL DEFAULT 0,
    energy_saved_tce integer NOT NULL DEFAULT 0,
    water_saved_m3 integer NOT NULL DEFAULT 0,
    green_rated boolean NOT NULL DEFAULT false,
    export_yuan bigint NOT NULL DEFAULT 0,
    online_sales_yuan bigint NOT NULL DEFAULT 0,
    exhibition_yuan bigint NOT NULL DEFAULT 0,
    loan_interest_yuan bigint NOT NULL DEFAULT 0,
    rent_yuan bigint NOT NULL DEFAULT 0,
    green_vehicles integer NOT NULL DEFAULT 0,
    above_scale boolean NOT NULL DEFAULT false,
    LIKE registers.shared_columns INCLUDING ALL
);

-- Who must look again at what has changed asks by the time of the last change.
CREATE INDEX company_changed ON registers.company (updated_at);
CREATE INDEX company_insurance_changed ON registers.company_insurance (updated_at);
CREATE INDEX tax_filing_changed ON registers.tax_filing (updated_at);
CREATE INDEX innovation_changed ON registers.innovation (updated_at);
CREATE INDEX operation_changed ON registers.operation (updated_at);

DO $$
DECLARE
    fresh text;
BEGIN
    FOREACH fresh IN ARRAY ARRAY['company_insurance', 'tax_filing', 'innovation', 'operation'] LOOP
        EXECUTE format('CREATE TRIGGER keep_version BEFORE UPDATE OR DELETE ON registers.%I FOR EACH ROW EXECUTE FUNCTION registers.keep_version(%L)',
                       fresh, 'credit_code');
        INSERT INTO registers.register_state (register, key_column) VALUES (fresh, 'credit_code');
    END LOOP;
END $$;
